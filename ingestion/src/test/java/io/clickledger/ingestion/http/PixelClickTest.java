package io.clickledger.ingestion.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.rules.contract.Click;
import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.rules.contract.Clicks;
import io.clickledger.rules.contract.Fault;
import io.clickledger.rules.contract.RejectionReason;
import io.clickledger.rules.json.ReadResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PixelClickTest {

  private static final String ID = Clicks.clickId("a");

  private static final PixelClick.Connection CONNECTION =
      new PixelClick.Connection("203.0.113.7", null, null);

  @Test
  void keepsWhatTheQueryGives() {
    Click click =
        accepted(Map.of("click_id", List.of(ID), "clicked_at", List.of("2026-11-20T11:59:00Z")));

    assertThat(click.clickId()).isEqualTo(ID);
    assertThat(click.clickedAt()).isEqualTo("2026-11-20T11:59:00Z");
    assertThat(click.ipAddress()).hasToString("203.0.113.7");
  }

  @Test
  void givesAClickWithoutIdAndTimeBoth() {
    Click first = accepted(Map.of());
    Click second = accepted(Map.of("click_id", List.of("")));

    assertThat(first.clickId()).isNotEqualTo(second.clickId());
    assertThat(first.clickedAt()).isEqualTo(Clicks.NOON);
  }

  @Test
  void cutsATooLongUserAgent() {
    ReadResult reading =
        PixelClick.read(
            query(Map.of()),
            new PixelClick.Connection("203.0.113.7", "x".repeat(5000), null),
            Clicks.NOON);

    assertThat(((ReadResult.Accepted) reading).click().userAgent())
        .hasSize(ClickLimits.USER_AGENT_CHARACTERS);
  }

  @Test
  void saysWhatARequestWasForIfNotAClick() {
    ReadResult reading =
        PixelClick.read(
            query(Map.of()),
            new PixelClick.Connection("203.0.113.7", null, "prefetch"),
            Clicks.NOON);

    assertThat(((ReadResult.Accepted) reading).click().requestPurpose()).isEqualTo("prefetch");
    assertThat(accepted(Map.of()).requestPurpose()).isNull();
  }

  @Test
  void takesWhatTheConnectionShowsFromNoParameter() {
    ReadResult reading =
        PixelClick.read(
            query(
                Map.of(
                    "ip_address", List.of("198.51.100.1"),
                    "user_agent", List.of("curl"),
                    "request_purpose", List.of("prefetch"),
                    "received_at", List.of("1"),
                    "source", List.of("s2s"))),
            CONNECTION,
            Clicks.NOON);

    assertThat(((ReadResult.Rejected) reading).faults())
        .extracting(Fault::field)
        .containsExactlyInAnyOrder(
            "ip_address", "user_agent", "request_purpose", "received_at", "source");
    assertThat(((ReadResult.Rejected) reading).faults())
        .extracting(Fault::reason)
        .containsOnly(RejectionReason.NOT_ALLOWED);
  }

  private static Click accepted(Map<String, List<String>> more) {
    return ((ReadResult.Accepted) PixelClick.read(query(more), CONNECTION, Clicks.NOON)).click();
  }

  private static Map<String, List<String>> query(Map<String, List<String>> more) {
    Map<String, List<String>> query = new HashMap<>();
    query.put("ad_id", List.of("ad-1"));
    query.put("publisher_id", List.of("publisher-1"));
    query.putAll(more);
    return query;
  }
}
