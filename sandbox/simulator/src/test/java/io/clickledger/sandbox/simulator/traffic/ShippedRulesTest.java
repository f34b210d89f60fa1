package io.clickledger.sandbox.simulator.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickledger.rules.fraud.ClickTraits;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.fraud.RepeatClickRule;
import io.clickledger.rules.fraud.VelocityRule;
import io.clickledger.rules.fraud.Verdict;
import io.clickledger.rules.web.IpAddress;
import io.clickledger.rules.web.PageHosts;
import io.clickledger.spark.AnalysedUserAgent;
import io.clickledger.spark.AnalysisBudget;
import io.clickledger.spark.GeoDatabases;
import io.clickledger.spark.Place;
import io.clickledger.spark.UserAgents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the labels say of a click, the rules that are shipped say too. */
class ShippedRulesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private static final Catalogue CATALOGUE = Catalogue.read(Path.of("../demo-metadata"));
  private static final FraudRules RULES = FraudRules.shipped();
  private static final GeoDatabases GEOGRAPHY =
      new GeoDatabases(Optional.empty(), Optional.empty(), Optional.empty());

  @Test
  void theRulesFlagWhatIsLabelledInvalidAndNothingElse() {
    Map<Label, Map<Verdict, Long>> verdicts =
        history("farms=0.0003,data-centre-bursts=0.002,behaviour", 60_000, Duration.ofDays(1))
            .filter(click -> !click.isMalformed())
            .collect(
                Collectors.groupingBy(
                    SimulatedClick::label,
                    Collectors.groupingBy(
                        click -> RULES.verdict(false, flags(click)), Collectors.counting())));

    // A repeat of a robot's bytes would be as invalid as the robot, but plain clicks are repeated.
    assertThat(verdicts).hasSize(Label.values().length - 1);
    verdicts.forEach(
        (label, counts) ->
            assertThat(counts)
                .as("%s", label)
                .containsOnlyKeys(label.isInvalid() ? Verdict.GENERAL_INVALID : Verdict.VALID));
  }

  @Test
  void everyClickOfAPublisherThatNobodyKnowsIsInvalid() {
    TrafficModel model =
        new TrafficModel(CATALOGUE, Trouble.NONE, 1, 1, Optional.of("pub-of-nobody"));

    assertThat(Stream.generate(() -> model.next(NOON)).limit(100))
        .allMatch(click -> click.invalid() && flags(click).contains("publisher-mismatch"));
  }

  @Test
  void usersLiveInTheirCountriesAndInNoDataCentre() {
    List<Place> places =
        history("", 20_000, Duration.ofHours(1))
            .filter(click -> click.label() == Label.PLAIN)
            .map(click -> GEOGRAPHY.of(IpAddress.parse(field(click, "ip_address"))))
            .toList();

    assertThat(places.stream().map(Place::country).distinct())
        .containsExactlyInAnyOrder(
            "US", "DE", "GB", "FR", "JP", "IN", "NL", "SE", "NO", "IT", "ES", "BR", "AU", "CA");
    double american =
        places.stream().filter(p -> p.country().equals("US")).count() / (double) places.size();
    assertThat(american).isBetween(0.2, 0.3);
  }

  @Test
  void aBusyHourBreaksOnlyTheRuleOfDoubleClicks() {
    int count = 3_600_000;
    Instant start = NOON.minus(Duration.ofHours(1));
    Keyed users = new Keyed(start, count);
    Keyed addresses = new Keyed(start, count);
    Keyed usersOnAds = new Keyed(start, count);
    long[] doubleClicks = new long[1];
    history("", count, Duration.ofHours(1))
        .filter(click -> !click.isMalformed() && click.label() != Label.RETRY)
        .filter(click -> !click.clickedAt().isBefore(start))
        .forEach(
            click -> {
              users.add(click.userId(), click.clickedAt());
              addresses.add(text(click, "ip_address"), click.clickedAt());
              usersOnAds.add(click.userId() + " " + click.adId(), click.clickedAt());
              doubleClicks[0] += click.label() == Label.DOUBLE_CLICK ? 1 : 0;
            });

    assertThat(RULES.velocityRules()).isNotEmpty();
    for (VelocityRule rule : RULES.velocityRules()) {
      Keyed keyed = rule.key() == VelocityRule.Key.USER_ID ? users : addresses;
      assertThat(keyed.rushes(rule.limit(), rule.window())).as(rule.id()).isZero();
    }
    assertThat(doubleClicks[0]).isGreaterThan(count / 100);
    for (RepeatClickRule rule : RULES.repeatClickRules()) {
      assertThat(usersOnAds.rushes(1, rule.window())).as(rule.id()).isEqualTo(doubleClicks[0]);
    }
  }

  @Test
  void neitherPeopleNorWhatOnlyBehaviourShowsBreakARule() {
    int count = 200_000;
    Instant start = NOON.minus(Duration.ofDays(1));
    Map<Instant, List<SimulatedClick>> byHour =
        history("behaviour,late=0,double-clicks=0,data-centre-bursts=0", count, Duration.ofDays(1))
            .filter(click -> !click.isMalformed() && click.label() != Label.RETRY)
            .collect(Collectors.groupingBy(c -> c.clickedAt().truncatedTo(ChronoUnit.HOURS)));

    assertThat(byHour).hasSize(24).containsKey(start);
    byHour.forEach(
        (hour, clicks) -> {
          Keyed users = new Keyed(hour, clicks.size());
          Keyed addresses = new Keyed(hour, clicks.size());
          Keyed usersOnAds = new Keyed(hour, clicks.size());
          for (SimulatedClick click : clicks) {
            users.add(click.userId(), click.clickedAt());
            addresses.add(text(click, "ip_address"), click.clickedAt());
            usersOnAds.add(click.userId() + " " + click.adId(), click.clickedAt());
          }
          for (VelocityRule rule : RULES.velocityRules()) {
            Keyed keyed = rule.key() == VelocityRule.Key.USER_ID ? users : addresses;
            assertThat(keyed.rushes(rule.limit(), rule.window())).as(rule.id()).isZero();
          }
          for (RepeatClickRule rule : RULES.repeatClickRules()) {
            assertThat(usersOnAds.rushes(1, rule.window())).as(rule.id()).isZero();
          }
        });
  }

  @Test
  void aFarmBreaksARuleOfItsUserAndRepeats() {
    TrafficModel model =
        new TrafficModel(CATALOGUE, Trouble.NONE.with("farms=1"), 1, 1, Optional.empty());
    List<SimulatedClick> farm =
        Stream.generate(() -> model.next(NOON)).limit(TrafficModel.FARM).toList();
    Keyed users = new Keyed(NOON.minusSeconds(60), farm.size());
    Keyed usersOnAds = new Keyed(NOON.minusSeconds(60), farm.size());
    farm.forEach(click -> users.add(click.userId(), click.clickedAt()));
    farm.forEach(click -> usersOnAds.add(click.userId() + click.adId(), click.clickedAt()));

    assertThat(farm).allMatch(click -> !click.clickedAt().isAfter(NOON));
    assertThat(RULES.velocityRules())
        .anyMatch(rule -> users.rushes(rule.limit(), rule.window()) > TrafficModel.FARM / 2);
    assertThat(RULES.repeatClickRules())
        .allMatch(rule -> usersOnAds.rushes(1, rule.window()) > TrafficModel.FARM / 2);
  }

  private static Stream<SimulatedClick> history(String trouble, int count, Duration span) {
    Trouble shares = trouble.isEmpty() ? Trouble.USUAL : Trouble.USUAL.with(trouble);
    return new TrafficModel(CATALOGUE, shares, 1, 1, Optional.empty())
        .history(NOON.minus(span), NOON, count);
  }

  private static List<String> flags(SimulatedClick click) {
    IpAddress address = IpAddress.parse(field(click, "ip_address"));
    AnalysedUserAgent agent =
        UserAgents.analyse(click.userAgent(), RULES, AnalysisBudget.unlimited());
    List<String> byItself =
        RULES.flags(
            new ClickTraits(
                agent.device().type(),
                agent.matched(),
                address,
                GEOGRAPHY.of(address).network(),
                null));
    List<String> byPublisher =
        RULES.publisherFlags(
            CATALOGUE.domains().get(click.publisherId()), PageHosts.of(field(click, "page_url")));
    return Stream.concat(byItself.stream(), byPublisher.stream()).toList();
  }

  /** Null where the click has none. */
  private static String field(SimulatedClick click, String name) {
    try {
      JsonNode value = JSON.readTree(click.json()).get(name);
      return value == null ? null : value.asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same for millions of clicks, by what stands between the quotes. */
  private static String text(SimulatedClick click, String name) {
    int from = click.json().indexOf("\"" + name + "\":\"") + name.length() + 4;
    return click.json().substring(from, click.json().indexOf('"', from));
  }

  /**
   * Times within an hour by key, counted in the plainest way: sorted by key and time. A key is 42
   * bits of a hash and a time 22 bits of milliseconds, so that millions fit into a test.
   */
  private static final class Keyed {
    private static final int TIME_BITS = 22;

    private final Instant start;
    private final long[] entries;
    private int size;

    Keyed(Instant start, int capacity) {
      this.start = start;
      this.entries = new long[capacity];
    }

    void add(String key, Instant time) {
      long hash = 0;
      for (int i = 0; i < key.length(); i++) {
        hash = (hash ^ key.charAt(i)) * 0x100000001B3L;
      }
      hash = (hash ^ hash >>> 32) * 0x9E3779B97F4A7C15L;
      entries[size++] = hash >>> TIME_BITS << TIME_BITS | Duration.between(start, time).toMillis();
    }

    /** How many have as many as the limit of their key in the window before them. */
    long rushes(int limit, Duration window) {
      Arrays.sort(entries, 0, size);
      long rushes = 0;
      for (int i = limit; i < size; i++) {
        boolean ofOneKey = entries[i] >>> TIME_BITS == entries[i - limit] >>> TIME_BITS;
        if (ofOneKey && entries[i] - entries[i - limit] < window.toMillis()) {
          rushes++;
        }
      }
      return rushes;
    }
  }
}
