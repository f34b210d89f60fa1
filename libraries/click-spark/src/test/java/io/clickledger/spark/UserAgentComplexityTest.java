package io.clickledger.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserAgentComplexityTest {
  @Test
  void letsThroughThoseOfPeopleAndRobots() throws Exception {
    List<String> known = KnownUserAgents.ofPeopleAndRobots();
    List<String> refused =
        known.stream().filter(text -> !UserAgentComplexity.isWithinLimits(text)).toList();

    assertThat(known.size()).isGreaterThan(3_000);
    assertThat(refused).as("refused of %s", known.size()).hasSizeLessThan(6);
  }

  @ParameterizedTest
  @CsvSource({
    "(, 3",
    "[, 3",
    "a/, 37",
    "a|, 37",
    "a%2F, 27",
    "a@, 28",
    "a:b, 55",
    "<, 112",
    "-, 112",
    "'a ', 112",
    "a, 256",
    "1, 256"
  })
  void refusesMoreOfASignThanItsLimit(String sign, int most) {
    assertThat(UserAgentComplexity.isWithinLimits(sign.repeat(most))).isTrue();
    assertThat(UserAgentComplexity.isWithinLimits(sign.repeat(most + 1))).isFalse();
  }

  @Test
  void countsBracketsThatAreOpenAtOnce() {
    assertThat(UserAgentComplexity.isWithinLimits("(a) ".repeat(20))).isTrue();
    assertThat(UserAgentComplexity.isWithinLimits(") ] }".repeat(300))).isTrue();
    assertThat(UserAgentComplexity.isWithinLimits("(a [b {c (d")).isFalse();
  }
}
