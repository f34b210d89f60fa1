package io.clickledger.rules.json;

import io.clickledger.rules.contract.Click;
import io.clickledger.rules.contract.ClickField;
import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.rules.contract.Clicks;
import io.clickledger.rules.contract.JsonText;
import io.clickledger.rules.contract.Source;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Every click that the contract allows at noon, for properties. */
final class ClickArbitraries {

  private ClickArbitraries() {}

  /** A click as it may be on the topic with a Kafka timestamp of noon. */
  static Arbitrary<Click> clicks() {
    Arbitrary<Instant> received = times(Clicks.NOON).injectNull(0.5);
    return received.flatMap(
        receivedAt ->
            Combinators.combine(
                    times(receivedAt == null ? Clicks.NOON : receivedAt),
                    identities().withoutEdgeCases(),
                    marks().withoutEdgeCases(),
                    otherFields(),
                    Arbitraries.of(Source.class))
                .as(
                    (clickedAt, identity, mark, others, source) -> {
                      Clicks click =
                          Clicks.click(identity.name)
                              .clickedAt(clickedAt)
                              .receivedAt(receivedAt)
                              .source(source)
                              .adId(identity.adId)
                              .publisherId(identity.publisherId)
                              .campaignId(identity.campaignId)
                              .impressionId(identity.impressionId)
                              .userId(identity.userId)
                              .ipAddress(mark.ipAddress)
                              .userAgent(mark.userAgent)
                              .clickUrl(mark.clickUrl)
                              .suspectedDuplicate(mark.suspectedDuplicate)
                              .requestPurpose(mark.requestPurpose);
                      if (mark.costMicros != null) {
                        click.claimedCost(mark.costMicros, mark.currency);
                      }
                      others.forEach(click::otherField);
                      return click.build();
                    }));
  }

  /** Times that are near enough to the reference, both edges often. */
  static Arbitrary<Instant> times(Instant reference) {
    long earliest =
        ChronoUnit.MICROS.between(reference, reference.minus(ClickTimes.MAX_BEFORE_REFERENCE));
    long latest = Duration.ofMinutes(5).toNanos() / 1_000;
    return Arbitraries.longs()
        .between(earliest, latest)
        .map(micros -> reference.plus(micros, ChronoUnit.MICROS));
  }

  static Arbitrary<String> text(int most) {
    return Arbitraries.strings().ofMaxLength(most).filter(text -> !Utf8.hasLoneSurrogate(text));
  }

  private record Identity(
      String name,
      String adId,
      String publisherId,
      String campaignId,
      String impressionId,
      String userId) {}

  private record Mark(
      String ipAddress,
      String userAgent,
      String clickUrl,
      Boolean suspectedDuplicate,
      Long costMicros,
      String currency,
      String requestPurpose) {}

  private static Arbitrary<Identity> identities() {
    return Combinators.combine(
            Arbitraries.strings().alpha().ofLength(4),
            ids(64),
            ids(64),
            ids(64).injectNull(0.3),
            ids(128).injectNull(0.3),
            text(256).filter(user -> !user.isEmpty()).injectNull(0.3))
        .as(Identity::new);
  }

  private static Arbitrary<Mark> marks() {
    return Combinators.combine(
            addresses().injectNull(0.3),
            text(1024).injectNull(0.3),
            Arbitraries.of(
                    "http://a",
                    "HTTPS://Example.com:8443/?q=\"x\\y\"&z=😀",
                    "https://[2001:db8::1]/a#b")
                .injectNull(0.3),
            Arbitraries.of(true, false).injectNull(0.3),
            Arbitraries.longs().between(0, ClickLimits.CLAIMED_COST_MICROS).injectNull(0.5),
            Arbitraries.of("EUR", "USD", "JPY"),
            ids(64).injectNull(0.5))
        .as(Mark::new);
  }

  private static Arbitrary<String> ids(int most) {
    return Arbitraries.strings()
        .withCharRange('a', 'z')
        .withCharRange('A', 'Z')
        .withCharRange('0', '9')
        .withChars('.', '_', ':', '-')
        .ofMinLength(1)
        .ofMaxLength(most);
  }

  private static Arbitrary<String> addresses() {
    Arbitrary<String> ipv4 =
        Arbitraries.integers()
            .between(0, 255)
            .list()
            .ofSize(4)
            .map(o -> o.get(0) + "." + o.get(1) + "." + o.get(2) + "." + o.get(3));
    Arbitrary<String> ipv6 =
        Arbitraries.of(0, 0, 0, 1, 0xdb8, 0xffff)
            .list()
            .ofSize(8)
            .map(
                groups -> {
                  StringBuilder text = new StringBuilder();
                  groups.forEach(group -> text.append(':').append(Integer.toHexString(group)));
                  return text.substring(1);
                });
    return Arbitraries.oneOf(ipv4, ipv6);
  }

  private static Arbitrary<Map<String, String>> otherFields() {
    Arbitrary<String> names =
        text(20).filter(name -> !name.isEmpty() && ClickField.find(name) == null);
    return Arbitraries.maps(names, json()).ofMaxSize(5);
  }

  private static Arbitrary<String> json() {
    Arbitrary<String> texts = text(20).map(JsonText::quoted);
    return Arbitraries.oneOf(
        Arbitraries.of("null", "true", "false", "0", "-0", "-1.50", "1e400", "[]", "{}"),
        Arbitraries.bigIntegers().map(Object::toString),
        texts,
        texts.list().ofMaxSize(3).map(items -> "[" + String.join(",", items) + "]"),
        texts.map(item -> "{\"a\":{" + item + ":[{}," + item + "]},\"b\":" + item + "}"));
  }
}
