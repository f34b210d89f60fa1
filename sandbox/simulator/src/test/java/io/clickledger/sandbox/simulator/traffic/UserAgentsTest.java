package io.clickledger.sandbox.simulator.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import nl.basjes.parse.useragent.UserAgent;
import nl.basjes.parse.useragent.UserAgentAnalyzer;
import org.junit.jupiter.api.Test;

/** The one fact that the oracle takes from the platform's library: who is a robot. */
class UserAgentsTest {

  @Test
  void everyUserAgentIsUnambiguouslyWhatItIsListedAs() {
    UserAgentAnalyzer analyzer =
        UserAgentAnalyzer.newBuilder()
            .hideMatcherLoadStats()
            .withField(UserAgent.DEVICE_CLASS)
            .withoutCache()
            .build();

    List<String> wrong =
        UserAgents.rows().stream()
            .filter(row -> !row[0].equals("impossible"))
            .filter(
                row -> {
                  String found = analyzer.parse(row[1]).getValue(UserAgent.DEVICE_CLASS);
                  // "Robot Mobile" and the like are robots, and nothing else begins so.
                  return !found.toLowerCase(Locale.ROOT).split(" ")[0].equals(row[0]);
                })
            .map(row -> row[1] + ": " + analyzer.parse(row[1]).getValue(UserAgent.DEVICE_CLASS))
            .toList();

    assertThat(wrong).isEmpty();
  }

  @Test
  void thereAreSixtyOfAllKindsAndNoneTwice() {
    List<String[]> rows = UserAgents.rows();

    assertThat(rows).hasSizeGreaterThanOrEqualTo(60);
    assertThat(rows.stream().map(row -> row[1])).doesNotHaveDuplicates();
    assertThat(rows.stream().map(row -> row[0]).distinct())
        .containsExactlyInAnyOrder("desktop", "phone", "tablet", "robot", "impossible");
  }
}
