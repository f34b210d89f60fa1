package io.clickledger.ingestion.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.rules.contract.Click;
import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.rules.contract.Clicks;
import io.clickledger.rules.contract.Source;
import io.clickledger.rules.json.ClickParameters;
import io.clickledger.rules.json.ReadResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class PixelClickTest {

  private static final String ID = Clicks.clickId("a");

  private static final PixelClick.Connection CONNECTION =
      new PixelClick.Connection("203.0.113.7", null, null);

  @Test
  void keepsWhatTheQueryGives() {
    Click click = accepted("&click_id=" + ID + "&clicked_at=2026-11-20T11:59:00Z");

    assertThat(click.clickId()).isEqualTo(ID);
    assertThat(click.clickedAt()).isEqualTo("2026-11-20T11:59:00Z");
    assertThat(click.ipAddress()).hasToString("203.0.113.7");
  }

  @Test
  void givesAClickWithoutIdAndTimeBoth() {
    Click first = accepted("");
    Click second = accepted("&click_id=");

    assertThat(first.clickId()).isNotEqualTo(second.clickId());
    assertThat(first.clickedAt()).isEqualTo(Clicks.NOON);
  }

  @Test
  void cutsATooLongUserAgent() {
    ReadResult reading =
        PixelClick.read(
            query(""),
            new PixelClick.Connection("203.0.113.7", "x".repeat(5000), null),
            Clicks.NOON);

    assertThat(((ReadResult.Accepted) reading).click().userAgent())
        .hasSize(ClickLimits.USER_AGENT_CHARACTERS);
  }

  @Test
  void saysWhatARequestWasForIfNotAClick() {
    ReadResult reading =
        PixelClick.read(
            query(""), new PixelClick.Connection("203.0.113.7", null, "prefetch"), Clicks.NOON);

    assertThat(((ReadResult.Accepted) reading).click().requestPurpose()).isEqualTo("prefetch");
    assertThat(accepted("").requestPurpose()).isNull();
  }

  @Test
  void givesAClickWithAPlaceholderOfAnIdItsOwn() {
    for (String placeholder :
        List.of("00000000-0000-0000-0000-000000000000", "undefined", "{{id}}")) {
      Click click = accepted("&click_id=" + placeholder + "&clicked_at=%%TIME%%");

      assertThat(click.clickId()).isNotEqualTo(placeholder);
      assertThat(click.otherFields().get("input_faults"))
          .isEqualTo("{\"click_id\":\"PLACEHOLDER\",\"clicked_at\":\"PLACEHOLDER\"}");
    }
  }

  @Test
  void takesWhatTheConnectionShowsFromNoParameter() {
    Click click =
        accepted("&ip_address=198.51.100.1&user_agent=curl&request_purpose=prefetch&source=s2s");

    assertThat(click.ipAddress()).hasToString("203.0.113.7");
    assertThat(click.userAgent()).isNull();
    assertThat(click.requestPurpose()).isNull();
    assertThat(click.source()).isEqualTo(Source.PIXEL);
  }

  private static Click accepted(String more) {
    return ((ReadResult.Accepted) PixelClick.read(query(more), CONNECTION, Clicks.NOON)).click();
  }

  private static ClickParameters query(String more) {
    return new ClickParameters().addQuery("ad_id=ad-1&publisher_id=publisher-1" + more);
  }
}
