package io.clickledger.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.rules.pricing.AdVersion;
import io.clickledger.rules.pricing.VersionDirectory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jdbi.v3.core.Handle;

/** The join of three histories against one that looks each of them up, instant by instant. */
class AdVersionsIT {

  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final List<String> CURRENCIES = List.of("EUR", "USD", "JPY");

  private static final TestDatabase DATABASE = TestDatabase.migrated();
  private static int runs;

  /** One change: of what, to what, how many seconds after the change before. */
  record Step(Kind kind, int entity, int value, int seconds) {}

  enum Kind {
    ADVERTISER_CURRENCY,
    ADVERTISER_NAME,
    CAMPAIGN_ADVERTISER,
    AD_CAMPAIGN,
    AD_PRICE
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.of(Kind.class),
            Arbitraries.integers().between(0, 2),
            Arbitraries.integers().between(0, 2),
            Arbitraries.integers().between(0, 2))
        .as(Step::new)
        .list()
        .ofMaxSize(25);
  }

  @Property(tries = 150)
  void sayAtEveryInstantWhatTheThreeHistoriesSay(@ForAll("steps") List<Step> steps) {
    // Entities of an earlier try stay, since nothing is ever deleted; ids keep the tries apart.
    String run = "-" + ++runs;
    Oracle oracle = new Oracle();
    DATABASE
        .jdbi()
        .useTransaction(
            handle -> {
              for (int i = 0; i < 3; i++) {
                insert(handle, oracle, run, i);
              }
              Instant at = START;
              for (Step step : steps) {
                at = at.plusSeconds(step.seconds());
                apply(handle, oracle, run, step, at);
              }
            });

    List<AdVersion> versions =
        DATABASE.store().adVersions().stream().filter(v -> v.adId().endsWith(run)).toList();

    VersionDirectory<AdVersion> directory = VersionDirectory.of(versions);
    for (int ad = 0; ad < 3; ad++) {
      for (Instant instant : probes(steps)) {
        Optional<AdVersion> found = directory.at("ad-" + ad + run, instant);
        assertThat(found.map(v -> v.campaignId() + v.advertiserId() + v.cpcMicros() + v.currency()))
            .isEqualTo(oracle.at("ad-" + ad + run, instant));
        // Constant within: the interval is that of one version of each of the three.
        found.ifPresent(
            v ->
                assertThat(oracle.changesOf(v))
                    .noneMatch(
                        change ->
                            change.isAfter(v.validFrom())
                                && (v.validTo() == null || change.isBefore(v.validTo()))));
      }
    }
  }

  private static Set<Instant> probes(List<Step> steps) {
    Set<Instant> probes =
        new TreeSet<>(List.of(Instant.EPOCH, Instant.parse("2100-01-01T00:00:00Z")));
    Instant at = START;
    for (Step step : steps) {
      at = at.plusSeconds(step.seconds());
      probes.addAll(List.of(at.minusNanos(1_000), at, at.plusMillis(500)));
    }
    return probes;
  }

  private static void insert(Handle handle, Oracle oracle, String run, int i) {
    String advertiser = "adv-" + i + run;
    String campaign = "cmp-" + i + run;
    String ad = "ad-" + i + run;
    // The last of each begins later than 1970, so that some instants have no price.
    Instant from = i == 2 ? START.minusSeconds(10) : Instant.EPOCH;
    validFrom(handle, from);
    handle.execute("INSERT INTO metadata.advertisers VALUES (?, 'A', 'UTC', 'EUR')", advertiser);
    handle.execute(
        "INSERT INTO metadata.campaigns VALUES (?, ?, 'C', '2026-01-01', NULL, NULL, NULL)",
        campaign,
        advertiser);
    handle.execute("INSERT INTO metadata.ads VALUES (?, ?, 'A', 100)", ad, campaign);
    oracle.put(advertiser, from, "EUR");
    oracle.put(campaign, from, advertiser);
    oracle.put(ad, from, campaign, "100");
  }

  private static void apply(Handle handle, Oracle oracle, String run, Step step, Instant at) {
    String advertiser = "adv-" + step.entity() + run;
    String campaign = "cmp-" + step.entity() + run;
    String ad = "ad-" + step.entity() + run;
    validFrom(handle, at);
    switch (step.kind()) {
      case ADVERTISER_CURRENCY -> {
        String currency = CURRENCIES.get(step.value());
        handle.execute(
            "UPDATE metadata.advertisers SET currency = ? WHERE advertiser_id = ?",
            currency,
            advertiser);
        oracle.put(advertiser, at, currency);
      }
      case ADVERTISER_NAME ->
          handle.execute(
              "UPDATE metadata.advertisers SET name = ? WHERE advertiser_id = ?",
              "A" + step.value(),
              advertiser);
      case CAMPAIGN_ADVERTISER -> {
        String other = "adv-" + step.value() + run;
        handle.execute(
            "UPDATE metadata.campaigns SET advertiser_id = ? WHERE campaign_id = ?",
            other,
            campaign);
        oracle.put(campaign, at, other);
      }
      case AD_CAMPAIGN -> {
        String other = "cmp-" + step.value() + run;
        handle.execute("UPDATE metadata.ads SET campaign_id = ? WHERE ad_id = ?", other, ad);
        oracle.put(ad, at, other, oracle.last(ad).get(1));
      }
      case AD_PRICE -> {
        handle.execute("UPDATE metadata.ads SET cpc_micros = ? WHERE ad_id = ?", step.value(), ad);
        oracle.put(ad, at, oracle.last(ad).get(0), Integer.toString(step.value()));
      }
    }
  }

  private static void validFrom(Handle handle, Instant instant) {
    handle
        .createQuery("SELECT set_config('clickledger.valid_from', :instant, true)")
        .bind("instant", instant.toString())
        .mapTo(String.class)
        .one();
  }

  /** Each entity's values by the instant from which they hold. */
  private static final class Oracle {

    private final Map<String, TreeMap<Instant, List<String>>> histories = new HashMap<>();

    void put(String id, Instant at, String... values) {
      histories.computeIfAbsent(id, i -> new TreeMap<>()).put(at, List.of(values));
    }

    List<String> last(String id) {
      return histories.get(id).lastEntry().getValue();
    }

    Optional<String> at(String ad, Instant instant) {
      return holding(ad, instant)
          .flatMap(
              adValues ->
                  holding(adValues.get(0), instant)
                      .flatMap(
                          campaignValues ->
                              holding(campaignValues.get(0), instant)
                                  .map(
                                      advertiserValues ->
                                          adValues.get(0)
                                              + campaignValues.get(0)
                                              + adValues.get(1)
                                              + advertiserValues.get(0))));
    }

    private Optional<List<String>> holding(String id, Instant instant) {
      return Optional.ofNullable(histories.get(id).floorEntry(instant)).map(Map.Entry::getValue);
    }

    /** When one of the three took other values; to put the same again is no change. */
    Set<Instant> changesOf(AdVersion version) {
      Set<Instant> changes = new HashSet<>();
      for (String id : List.of(version.adId(), version.campaignId(), version.advertiserId())) {
        List<String> before = new ArrayList<>();
        for (Map.Entry<Instant, List<String>> entry : histories.get(id).entrySet()) {
          if (!entry.getValue().equals(before)) {
            changes.add(entry.getKey());
          }
          before = entry.getValue();
        }
      }
      return changes;
    }
  }
}
