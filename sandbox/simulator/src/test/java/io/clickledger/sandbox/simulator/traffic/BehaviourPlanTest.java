package io.clickledger.sandbox.simulator.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BehaviourPlanTest {
  private static final Instant END = Instant.parse("2026-11-21T00:00:00Z");
  private static final Catalogue CATALOGUE = Catalogue.read(Path.of("../demo-metadata"));
  private static final int COUNT = 100_000;

  @Test
  void makesTheClicksAskedForInTheOrderOfTime() {
    List<SimulatedClick> day = day(11, "behaviour,late=0,double-clicks=0");

    assertThat(day).isSortedAccordingTo((a, b) -> a.clickedAt().compareTo(b.clickedAt()));
    Map<Label, Long> counts =
        day.stream().collect(Collectors.groupingBy(SimulatedClick::label, Collectors.counting()));
    for (Label label : List.of(Label.SLOW_BOT, Label.CARRIER_FARM, Label.SELF_CLICK)) {
      assertThat(counts.get(label) / (double) COUNT).as("%s", label).isCloseTo(0.02, within(0.006));
    }
    assertThat(day).allMatch(click -> click.invalid() || !click.label().isInvalidByBehaviour());
  }

  @Test
  void makesTheSameDayForTheSameSeed() {
    assertThat(day(12, "behaviour")).isEqualTo(day(12, "behaviour"));
  }

  @Test
  void withoutItEachSeedGivesTheSameClicksAsEver() throws NoSuchAlgorithmException {
    Instant noon = Instant.parse("2026-11-20T12:00:00Z");
    TrafficModel model = new TrafficModel(CATALOGUE, Trouble.USUAL, 5, 7, Optional.empty());

    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    model
        .history(noon.minus(Duration.ofDays(1)), noon, 20_000)
        .map(click -> click.label() + click.json())
        .forEach(text -> digest.update(text.getBytes(StandardCharsets.UTF_8)));

    assertThat(HexFormat.of().formatHex(digest.digest()))
        .isEqualTo("f3396c4c83653277c28f954bfce09cbaca9105e6e3445d22ddf402292270c243");
  }

  @Test
  void peopleSleepAndBotsDoNot() {
    Map<String, List<SimulatedClick>> byUser =
        day(13, "behaviour,late=0").stream()
            .filter(click -> !click.isMalformed())
            .collect(Collectors.groupingBy(SimulatedClick::userId));

    Function<Label, Double> hoursOfBusyUsers =
        label ->
            byUser.values().stream()
                .filter(clicks -> clicks.size() > 60 && clicks.get(0).label() == label)
                .mapToLong(BehaviourPlanTest::hours)
                .average()
                .orElseThrow();
    assertThat(hoursOfBusyUsers.apply(Label.SLOW_BOT)).isGreaterThan(22);
    assertThat(hoursOfBusyUsers.apply(Label.PLAIN)).isLessThan(19);
  }

  @Test
  void aFifthOfAFraudulentPublishersClicksAreHisOwn() {
    Map<String, List<SimulatedClick>> byPublisher =
        day(14, "self-clicks=0.02").stream()
            .filter(click -> !click.isMalformed())
            .collect(Collectors.groupingBy(SimulatedClick::publisherId));

    List<Double> shares =
        byPublisher.values().stream()
            .map(
                clicks ->
                    clicks.stream().filter(c -> c.label() == Label.SELF_CLICK).count()
                        / (double) clicks.size())
            .filter(share -> share > 0)
            .toList();
    assertThat(shares).isNotEmpty().allMatch(share -> share > 0.05 && share < 0.45);
    assertThat(shares.stream().mapToDouble(share -> share).average().orElseThrow())
        .isCloseTo(0.2, within(0.05));
  }

  private static long hours(List<SimulatedClick> clicks) {
    return clicks.stream()
        .map(click -> click.clickedAt().atOffset(ZoneOffset.UTC).getHour())
        .distinct()
        .count();
  }

  private static List<SimulatedClick> day(long seed, String trouble) {
    return new TrafficModel(CATALOGUE, Trouble.USUAL.with(trouble), seed, 1, Optional.empty())
        .history(END.minus(Duration.ofDays(1)), END, COUNT)
        .toList();
  }
}
