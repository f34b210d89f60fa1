package io.clickledger.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

class FraudRulesTest {

  private static final FraudRules RULES = FraudRules.current();

  private static final FraudRules BOTH_CLASSES =
      new FraudRules(
          "test",
          List.of(
              new FraudRule("s", Verdict.SOPHISTICATED_INVALID, "test", (d, u) -> true),
              new FraudRule("g", Verdict.GENERAL_INVALID, "test", (d, u) -> true)));

  @Test
  void flagsARobot() {
    assertThat(RULES.flags("ROBOT", "Googlebot/2.1")).containsExactly("known-robot");
  }

  @Test
  void flagsAMissingUserAgent() {
    assertThat(RULES.flags(null, null)).containsExactly("missing-user-agent");
    assertThat(RULES.flags("UNKNOWN", " ")).containsExactly("missing-user-agent");
  }

  @Test
  void flagsInTheOrderOfTheIds() {
    assertThat(RULES.flags("ROBOT", "")).containsExactly("known-robot", "missing-user-agent");
    assertThat(BOTH_CLASSES.flags(null, null)).containsExactly("g", "s");
  }

  @Test
  void doesNotFlagABrowser() {
    assertThat(RULES.flags("DESKTOP", ClickJson.FIREFOX)).isEmpty();
  }

  @Test
  void judgesAClickWithoutFlagsValid() {
    assertThat(RULES.verdict(false, List.of())).isEqualTo(Verdict.VALID);
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
    assertThatThrownBy(() -> RULES.verdict(true, List.of("known-robto")))
        .hasMessage(
            "flag must be one of [known-robot, missing-user-agent] (rules "
                + RULES.version()
                + "), was known-robto");
  }

  @Test
  void refusesTwoRulesOfOneId() {
    FraudRule rule = RULES.rules().get(0);

    assertThatThrownBy(() -> new FraudRules("test", List.of(rule, rule)))
        .hasMessage("rule ids must differ, was twice known-robot");
  }

  @Test
  void refusesARuleThatMakesClicksValid() {
    assertThatThrownBy(() -> new FraudRule("r", Verdict.VALID, "test", (d, u) -> true))
        .hasMessageContaining("must be GENERAL_INVALID or SOPHISTICATED_INVALID, was VALID");
  }

  @Test
  void survivesSerialization() {
    FraudRules copy = Serialized.copyOf(RULES);

    assertThat(copy.version()).isEqualTo(RULES.version());
    assertThat(copy.flags("ROBOT", null)).containsExactly("known-robot", "missing-user-agent");
  }

  @Provide
  Arbitrary<Set<String>> flags() {
    return Arbitraries.of("g", "s").set();
  }
}
