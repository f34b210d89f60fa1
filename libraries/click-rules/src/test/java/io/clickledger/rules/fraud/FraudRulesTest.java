package io.clickledger.rules.fraud;

import static io.clickledger.rules.fraud.RulesJson.document;
import static io.clickledger.rules.fraud.RulesJson.rule;
import static io.clickledger.rules.fraud.RulesJson.ruleOf;
import static io.clickledger.rules.fraud.RulesJson.rules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.rules.Serialized;
import io.clickledger.rules.contract.ClickJson;
import io.clickledger.rules.pricing.Judgement;
import io.clickledger.rules.web.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FraudRulesTest {

  private static final FraudRules BOTH_CLASSES =
      rules(
          ruleOf("SOPHISTICATED_INVALID", "s", "missing-user-agent"),
          ruleOf("GENERAL_INVALID", "g", "missing-user-agent"));

  private static final IpAddress ADDRESS = IpAddress.parse("203.0.113.7");

  @ParameterizedTest
  @CsvSource({"ROBOT, true", "TV, true", "DESKTOP, false", "UNKNOWN, false", ", false"})
  void flagsADeviceTypeOfTheList(String deviceType, boolean flagged) {
    FraudRules rules = rules(rule("r", "device-type", "\"device_types\": [\"ROBOT\", \"TV\"]"));
    ClickTraits click = new ClickTraits(deviceType, rules.ofUserAgent(null), null, null, null);

    assertThat(rules.flags(click).equals(List.of("r"))).isEqualTo(flagged);
  }

  @ParameterizedTest
  @CsvSource({
    "AS16509, true",
    "AS4200000000, true",
    "AS1650, false",
    "AS165090, false",
    "as16509, false",
    ", false"
  })
  void flagsANetworkOfTheList(String network, boolean flagged) {
    FraudRules rules = rules(rule("r", "network", "\"networks\": [\"AS16509\", \"AS4200000000\"]"));
    ClickTraits click = new ClickTraits(null, rules.ofUserAgent(null), null, network, null);

    assertThat(rules.flags(click).equals(List.of("r"))).isEqualTo(flagged);
  }

  @ParameterizedTest
  @CsvSource({"prefetch, true", "prerender, true", "preview, false", "Prefetch, false", ", false"})
  void flagsARequestPurposeOfTheList(String purpose, boolean flagged) {
    FraudRules rules =
        rules(rule("r", "request-purpose", "\"purposes\": [\"prefetch\", \"prerender\"]"));
    ClickTraits click = new ClickTraits(null, rules.ofUserAgent(null), null, null, purpose);

    assertThat(rules.flags(click).equals(List.of("r"))).isEqualTo(flagged);
  }

  @Test
  void matchesALandedClickAgainByItsColumns() {
    FraudRules rules =
        rules(
            rule("a", "network", "\"networks\": [\"AS1\"]"),
            rule("b", "device-type", "\"device_types\": [\"TV\"]"),
            rule("c", "user-agent-pattern", "\"patterns\": [\"Crawler\"]"),
            rule("d", "request-purpose", "\"purposes\": [\"prefetch\"]"),
            rule("gone", "missing-user-agent", "\"retired\": true"));
    ClickTraits click =
        new ClickTraits("TV", rules.ofUserAgent("Crawler/7"), null, "AS1", "prefetch");

    assertThat(rules.flagsOfLanded(click, List.of("gone"))).containsExactly("a", "b", "c", "d");
    assertThat(
            rules.flagsOfLanded(
                new ClickTraits("PHONE", rules.ofUserAgent("Browser/7"), null, null, null),
                List.of("a", "b", "unknown-here")))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "203.0.113.0/24, 203.0.113.0, false, true",
    "203.0.113.0/24, 203.0.114.0, true, false",
    "203.0.112.0/20, 203.0.113.0, false, true",
    "203.0.113.0/25, 203.0.113.0, false, false",
    "203.0.113.0/25, 203.0.113.0, true, true",
    "2001:db8::/32, 2001:db8:1::, false, true",
    "2001:db8:1:2::/64, 2001:db8:1::, true, true",
    "2001:db8:1::/64, 2001:db8:1::, false, false"
  })
  void matchesATruncatedAddressAgainWithWideNetworksOnly(
      String network, String truncated, boolean landed, boolean flagged) {
    FraudRules rules = rules(rule("r", "address", "\"networks\": [\"" + network + "\"]"));
    ClickTraits click =
        new ClickTraits(null, rules.ofUserAgent("Lynx"), IpAddress.parse(truncated), null, null);

    assertThat(rules.flagsOfLanded(click, landed ? List.of("r") : List.of()))
        .isEqualTo(flagged ? List.of("r") : List.of());
  }

  @Test
  void judgesLandedFlagsAlikeWhereOnlyListsDiffer() {
    String list = "\"networks\": [\"AS1\"]";
    FraudRules one =
        rules(rule("r", "network", list), rule("v", "repeat-click", "\"window\": \"5s\""));

    assertThat(
            one.judgesLandedFlagsAs(
                rules(
                    rule("r", "network", "\"networks\": [\"AS2\"]"),
                    rule("v", "repeat-click", "\"window\": \"5s\""))))
        .isTrue();
    assertThat(
            one.judgesLandedFlagsAs(
                rules(rule("r", "network", list), rule("v", "repeat-click", "\"window\": \"6s\""))))
        .isFalse();
    assertThat(
            one.judgesLandedFlagsAs(
                rules(
                    rule("r", "network", list, "\"shadow\": true"),
                    rule("v", "repeat-click", "\"window\": \"5s\""))))
        .isFalse();
  }

  @Test
  void matchesARuleInShadowWithoutEffectOnTheVerdict() {
    FraudRules rules =
        rules(
            rule("s", "missing-user-agent", "\"shadow\": true"),
            ruleOf("SOPHISTICATED_INVALID", "v", "missing-user-agent"));

    assertThat(rules.inShadow()).containsExactly("s");
    assertThat(flags(rules, null)).containsExactly("s", "v");
    assertThat(rules.verdict(false, List.of("s"))).isEqualTo(Verdict.VALID);
    assertThat(rules.verdict(false, List.of("s", "v"))).isEqualTo(Verdict.SOPHISTICATED_INVALID);

    Judgement judged = Judgement.of(false, List.of("s", "v"), List.of(), null, rules);

    assertThat(judged.reasons()).containsExactly("v");
    assertThat(judged.shadowReasons()).containsExactly("s");
  }

  @Test
  void flagsAMissingUserAgentAndABlankOne() {
    FraudRules rules = rules(rule("r", "missing-user-agent"));

    assertThat(flags(rules, null)).containsExactly("r");
    assertThat(flags(rules, " ")).containsExactly("r");
    assertThat(flags(rules, "Lynx")).isEmpty();
  }

  @Test
  void flagsAClickOfAnUnknownPublisher() {
    FraudRules rules = rules(rule("r", "publisher-mismatch"));

    assertThat(rules.publisherFlags(null, null)).containsExactly("r");
    assertThat(rules.publisherFlags("news.example", null)).isEmpty();
    assertThat(rules.flags(new ClickTraits(null, rules.ofUserAgent(null), null, null, null)))
        .isEmpty();
  }

  @Test
  void flagsByEveryMatchingRuleInOrderOfIds() {
    FraudRules rules =
        rules(
            rule("z-missing", "missing-user-agent"),
            rule("m-address", "address", "\"networks\": [\"203.0.113.0/24\"]"),
            rule("b-address", "address", "\"networks\": [\"203.0.113.7\"]"),
            rule("a-network", "network", "\"networks\": [\"AS1\"]"));
    ClickTraits click = new ClickTraits(null, rules.ofUserAgent(null), ADDRESS, "AS1", null);

    assertThat(rules.flags(click))
        .containsExactly("a-network", "b-address", "m-address", "z-missing");
  }

  @Test
  void theShippedRulesKeepTheIdsOfTheirFormerVersions() {
    assertThat(FraudRules.shipped().verdicts())
        .containsEntry("known-robot", Verdict.GENERAL_INVALID)
        .containsEntry("missing-user-agent", Verdict.GENERAL_INVALID);
    assertThat(FraudRules.shipped().version()).isNotEqualTo("2026-11.1");
  }

  @Test
  void theShippedRulesFlagWhatTheirIdsSay() {
    FraudRules shipped = FraudRules.shipped();

    assertThat(
            shipped.flags(
                new ClickTraits("ROBOT", shipped.ofUserAgent(null), null, "AS16509", null)))
        .containsExactly("data-centre", "known-robot", "missing-user-agent");
    assertThat(shipped.publisherFlags(null, null)).containsExactly("publisher-mismatch");
    assertThat(
            shipped.flags(
                new ClickTraits(
                    "DESKTOP",
                    shipped.ofUserAgent(ClickJson.FIREFOX),
                    ADDRESS,
                    "AS3215",
                    "prerender")))
        .containsExactly("prefetch");
    assertThat(flags(shipped, "python-requests/2.32.3")).containsExactly("robot-pattern");
    assertThat(flags(shipped, "Mozilla/5.0")).contains("impossible-user-agent");
    assertThat(
            shipped.flags(
                new ClickTraits(
                    "DESKTOP", shipped.ofUserAgent(ClickJson.FIREFOX), ADDRESS, "AS3215", null)))
        .isEmpty();
  }

  @Test
  void shippedLimitsAreWiderForAddressesThanForUsers() {
    List<VelocityRule> rules = FraudRules.shipped().velocityRules();

    assertThat(rules).hasSize(6);
    for (VelocityRule ofUser : rules) {
      for (VelocityRule ofAddress : rules) {
        if (ofUser.key() == VelocityRule.Key.USER_ID
            && ofAddress.key() == VelocityRule.Key.IP_ADDRESS
            && ofUser.window().equals(ofAddress.window())) {
          assertThat(ofAddress.limit()).isGreaterThanOrEqualTo(10 * ofUser.limit());
        }
      }
    }
  }

  @Test
  void givesTheStatefulRulesTheirParameters() {
    FraudRules rules =
        rules(
            ruleOf(
                "SOPHISTICATED_INVALID",
                "v",
                "velocity",
                "\"key\": \"user_id\", \"window\": \"1m\", \"limit\": 15"),
            ruleOf("GENERAL_INVALID", "a", "repeat-click", "\"window\": \"1h\""));

    assertThat(rules.velocityRules())
        .containsExactly(
            new VelocityRule(
                "v",
                Verdict.SOPHISTICATED_INVALID,
                VelocityRule.Key.USER_ID,
                Duration.ofMinutes(1),
                15));
    assertThat(rules.repeatClickRules())
        .containsExactly(new RepeatClickRule("a", Verdict.GENERAL_INVALID, Duration.ofHours(1)));
    assertThat(flags(rules, null)).isEmpty();
  }

  @Test
  void aRetiredRuleMatchesNothingButKeepsItsClass() {
    String retired = "\"retired\": true";
    FraudRules rules =
        rules(
            rule("a", "address", "\"networks\": [\"203.0.113.0/24\"]", retired),
            rule("m", "missing-user-agent", retired),
            rule("p", "publisher-mismatch", retired),
            ruleOf("SOPHISTICATED_INVALID", "r", "repeat-click", "\"window\": \"10s\"", retired),
            ruleOf(
                "SOPHISTICATED_INVALID",
                "v",
                "velocity",
                "\"key\": \"user_id\", \"window\": \"1m\", \"limit\": 15",
                retired));

    assertThat(rules.flags(new ClickTraits(null, rules.ofUserAgent(null), ADDRESS, null, null)))
        .isEmpty();
    assertThat(rules.velocityRules()).isEmpty();
    assertThat(rules.repeatClickRules()).isEmpty();
    assertThat(rules.verdict(false, List.of("a"))).isEqualTo(Verdict.GENERAL_INVALID);
    assertThat(rules.verdict(false, List.of("v"))).isEqualTo(Verdict.SOPHISTICATED_INVALID);
  }

  @Test
  void judgesAClickWithoutFlagsValid() {
    assertThat(BOTH_CLASSES.verdict(false, List.of())).isEqualTo(Verdict.VALID);
  }

  @Property
  void aRepeatIsARepeatWhateverElseItIs(@ForAll("flags") Set<String> flags) {
    assertThat(BOTH_CLASSES.verdict(true, flags)).isEqualTo(Verdict.DUPLICATE);
  }

  @Property
  void generalReasonsGoBeforeSophisticatedOnes(@ForAll("flags") Set<String> flags) {
    Verdict expected =
        flags.contains("g")
            ? Verdict.GENERAL_INVALID
            : flags.contains("s") ? Verdict.SOPHISTICATED_INVALID : Verdict.VALID;
    List<String> reversed = new ArrayList<>(flags);
    Collections.reverse(reversed);

    assertThat(BOTH_CLASSES.verdict(false, flags)).isEqualTo(expected);
    assertThat(BOTH_CLASSES.verdict(false, reversed)).isEqualTo(expected);
  }

  @Test
  void refusesAFlagThatNoRuleSet() {
    assertThatThrownBy(() -> BOTH_CLASSES.verdict(true, List.of("known-robto")))
        .hasMessage("flag must be one of [g, s] (rules test), was known-robto");
  }

  @Test
  void keepsItsDocumentAndItsVersion() {
    String document = document("2026-11.9_a", rule("r", "missing-user-agent"));

    FraudRules rules = FraudRules.parse("\n" + document + " \n");

    assertThat(rules.document()).isEqualTo(document);
    assertThat(rules.version()).isEqualTo("2026-11.9_a");
    assertThat(FraudRules.parse(rules.document()).verdicts()).isEqualTo(rules.verdicts());
  }

  @Test
  void whatTravelsIsReadOnceWhereItArrives() {
    FraudRules rules = rules(rule("traveller", "missing-user-agent"));

    FraudRules copy = Serialized.copyOf(rules);
    for (int i = 0; i < 10; i++) {
      rules(rule("other-" + i, "missing-user-agent"));
    }
    FraudRules later = Serialized.copyOf(rules);

    assertThat(copy).isSameAs(rules);
    assertThat(later).isNotSameAs(rules);
    assertThat(flags(later, null)).containsExactly("traveller");
  }

  private static List<String> flags(FraudRules rules, String userAgent) {
    return rules.flags(new ClickTraits(null, rules.ofUserAgent(userAgent), null, null, null));
  }

  @Provide
  Arbitrary<Set<String>> flags() {
    return Arbitraries.of("g", "s").set();
  }
}
