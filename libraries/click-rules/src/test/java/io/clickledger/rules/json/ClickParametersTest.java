package io.clickledger.rules.json;

import static io.clickledger.rules.contract.Clicks.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.clickledger.rules.contract.Click;
import io.clickledger.rules.contract.ClickField;
import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.rules.contract.Clicks;
import io.clickledger.rules.contract.Fault;
import io.clickledger.rules.contract.RejectionReason;
import io.clickledger.rules.contract.Source;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClickParametersTest {

  private static final String REQUIRED =
      "click_id="
          + Clicks.clickId("a")
          + "&clicked_at=2026-11-20T12:00:00Z&ad_id=ad-1&publisher_id=publisher-1";

  @Test
  void readsTheSameClickAsJson() {
    assertThat(
            accepted(
                REQUIRED + "&campaign_id=&claimed_cost_micros=500&currency=EUR&colour=%22red%22"))
        .isEqualTo(
            Clicks.click("a")
                .userId(null)
                .ipAddress(null)
                .userAgent(null)
                .costMicros(500)
                .receivedAt(NOON)
                .source(Source.PIXEL)
                .otherField("colour", "\"\\\"red\\\"\"")
                .build());
  }

  @Test
  void refusesWhatIsRequiredForTheSameReasons() {
    ReadResult reading = read("clicked_at=99999999999999999999&ad_id=&publisher_id=p/1");

    assertThat(((ReadResult.Rejected) reading).faults())
        .extracting(Fault::field, Fault::reason)
        .containsExactly(
            tuple("click_id", RejectionReason.MISSING),
            tuple("clicked_at", RejectionReason.OUT_OF_RANGE),
            tuple("ad_id", RejectionReason.MISSING),
            tuple("publisher_id", RejectionReason.MALFORMED));
  }

  @Test
  void refusesTwoValuesOfWhatIsRequired() {
    assertThat(((ReadResult.Rejected) read(REQUIRED + "&ad_id=ad-2&ad_id=&ad_id=ad-1")).first())
        .extracting(Fault::field, Fault::reason)
        .containsExactly("ad_id", RejectionReason.DUPLICATE_FIELD);
    assertThat(accepted(REQUIRED + "&ad_id=ad-1&ad_id=").adId()).isEqualTo("ad-1");
  }

  @ParameterizedTest
  @CsvSource({
    "caf%C3%A9, caf\u00e9",
    "caf%E9, caf\u00e9",
    "caf%E8, caf\u00e8",
    "caf\u00e9, caf\u00e9",
    "a+b%20c, a b c",
    "100%, 100%",
    "100%25, 100%",
    "%zz%4, %zz%4",
    "%u00e9, %u00e9",
    "x%%CACHEBUSTER%%, x%%CACHEBUSTER%%",
    "a%%20%20b, 'a%%20 b'",
    "%F0%9F%98%80, \ud83d\ude00",
    "\ud83d\ude00%20, '\ud83d\ude00 '"
  })
  void decodesEveryTextToOneOfItsOwn(String encoded, String user) {
    assertThat(accepted(REQUIRED + "&user_id=" + encoded).userId()).isEqualTo(user);
  }

  @Test
  void leavesOutOptionalParametersAndSaysWhy() {
    Click click =
        accepted(
            REQUIRED
                + "&user_id="
                + "ab".repeat(129)
                + "&campaign_id=a/b&impression_id=%%IMP%%&received_at=1&source=s2s"
                + "&claimed_cost_micros=1.5&currency=EUR&colour=red&colour=blue&input_faults=x");

    assertThat(click.userId()).isNull();
    assertThat(click.campaignId()).isNull();
    assertThat(click.claimedCostMicros()).isNull();
    assertThat(click.source()).isEqualTo(Source.PIXEL);
    assertThat(click.otherFields()).containsEntry("colour", "\"red\"");
    assertThat(click.otherFields().get("input_faults"))
        .contains(
            "\"impression_id\":\"PLACEHOLDER\"",
            "\"colour\":\"DUPLICATE_FIELD\"",
            "\"user_id\":\"TOO_LONG\"",
            "\"campaign_id\":\"MALFORMED\"",
            "\"claimed_cost_micros\":\"WRONG_TYPE\"",
            "\"received_at\":\"NOT_ALLOWED\"",
            "\"source\":\"NOT_ALLOWED\"");
  }

  @Test
  void keepsAsManyOtherParametersAsFit() {
    String many =
        IntStream.range(0, 50).mapToObj(i -> "&p" + i + "=" + i).collect(Collectors.joining());

    Click click = accepted(REQUIRED + many);
    Click large =
        accepted(
            REQUIRED + "&a=" + "x".repeat(7_000) + "&b=2&" + "n".repeat(65) + "=1&click_url=x");

    assertThat(click.otherFields())
        .hasSize(ClickLimits.OTHER_FIELDS - 1)
        .containsEntry("p29", "\"29\"")
        .doesNotContainKey("p30");
    assertThat(click.otherFields().get("input_faults")).contains("\"p30\":\"TOO_MANY_FIELDS\"");
    assertThat(large.otherFields())
        .containsOnlyKeys("b", "input_faults", "click_url_as_sent")
        .containsEntry(
            "input_faults",
            "{\"a\":\"TOO_LARGE\",\"other_fields\":\"TOO_LONG\",\"click_url\":\"MALFORMED\"}");
  }

  @Test
  void takesTheConnectionsWordBeforeAParameters() {
    ClickParameters parameters =
        new ClickParameters().addQuery(REQUIRED + "&ip_address=198.51.100.1&user_agent=curl");
    parameters.set(ClickField.IP_ADDRESS, "203.0.113.7");
    parameters.set(ClickField.USER_AGENT, null);

    Click click = ((ReadResult.Accepted) read(parameters)).click();

    assertThat(click.ipAddress()).hasToString("203.0.113.7");
    assertThat(click.userAgent()).isNull();
    assertThat(click.otherFields().get("input_faults")).contains("ip_address", "user_agent");
  }

  @Property
  void noParameterCostsAClickThatHasWhatIsRequired(@ForAll String query) {
    String optional = query.replaceAll("click_id|clicked_at|ad_id|publisher_id", "");

    ReadResult reading = read(REQUIRED + "&" + optional);

    assertThat(reading).isInstanceOf(ReadResult.Accepted.class);
    assertThat(ClickReader.read(ClickWriter.write(((ReadResult.Accepted) reading).click()), NOON))
        .isEqualTo(reading);
  }

  private static Click accepted(String query) {
    ReadResult reading = read(query);
    assertThat(reading).isInstanceOf(ReadResult.Accepted.class);
    return ((ReadResult.Accepted) reading).click();
  }

  private static ReadResult read(String query) {
    return read(new ClickParameters().addQuery(query));
  }

  private static ReadResult read(ClickParameters parameters) {
    return ClickReader.readParameters(parameters, NOON, Source.PIXEL);
  }
}
