package io.clickledger.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryIT {

  private final TestDatabase database = TestDatabase.migrated().withOneAd();

  @Test
  void startsTheFirstVersionIn1970() {
    AdVersionRow version = versions().get(0);

    assertThat(version.validFrom()).isEqualTo(Instant.EPOCH);
    assertThat(version.validTo()).isNull();
    assertThat(version.cpcMicros()).isEqualTo(500);
  }

  @Test
  void startsAChangeNow() {
    Instant before = now();
    database.execute("UPDATE metadata.ads SET cpc_micros = 600");
    Instant after = now();

    assertThat(versions()).extracting(AdVersionRow::cpcMicros).containsExactly(500L, 600L);
    assertThat(versions().get(1).validFrom()).isBetween(before, after);
    assertThat(versions().get(0).validTo()).isEqualTo(versions().get(1).validFrom());
  }

  @Test
  void startsAChangeWhenTheSettingSays() {
    updateFrom("2026-11-01T00:00:00Z", 600);
    updateFrom("2026-11-02T00:00:00.000001Z", 700);

    assertThat(versions())
        .extracting(AdVersionRow::validFrom)
        .containsExactly(
            Instant.EPOCH,
            Instant.parse("2026-11-01T00:00:00Z"),
            Instant.parse("2026-11-02T00:00:00.000001Z"));
  }

  @Test
  void makesNoVersionOfAnUnchangedRow() {
    database.execute("UPDATE metadata.ads SET cpc_micros = 500, name = 'A'");

    assertThat(versions()).hasSize(1);
  }

  @Test
  void makesVersionsOfChangedRowsOnly() {
    database.execute("INSERT INTO metadata.ads VALUES ('ad-b', 'cmp-a', 'B', 700)");

    database.execute(
        "INSERT INTO metadata.ads VALUES ('ad-c', 'cmp-a', 'C', 700), ('ad-b', 'cmp-a', 'B', 1)"
            + " ON CONFLICT (ad_id) DO UPDATE SET cpc_micros = excluded.cpc_micros");
    database.execute("UPDATE metadata.ads SET cpc_micros = 500");

    assertThat(versions())
        .extracting(version -> version.adId() + " " + version.cpcMicros())
        .containsExactlyInAnyOrder(
            "ad-a 500", "ad-b 700", "ad-b 1", "ad-b 500", "ad-c 700", "ad-c 500");
  }

  @Test
  void keepsAVersionCorrectedAtItsStartAsNeverValid() {
    updateFrom("2026-11-01T00:00:00Z", 600);
    updateFrom("2026-11-01T00:00:00Z", 650);

    assertThat(versions()).extracting(AdVersionRow::cpcMicros).containsExactly(500L, 600L, 650L);
    assertThat(versions().get(1).validTo()).isEqualTo(versions().get(1).validFrom());
    assertThat(database.store().adVersions())
        .extracting(v -> v.cpcMicros())
        .containsExactly(500L, 650L);
  }

  @Test
  void refusesAChangeBeforeTheLastVersion() {
    updateFrom("2026-11-01T00:00:00Z", 600);

    assertThatThrownBy(() -> updateFrom("2026-10-31T23:59:59Z", 700))
        .hasMessageContaining("valid_from of ad_id ad-a must not be before its last version's");
    assertThat(versions()).hasSize(2);
  }

  @Test
  void refusesAChangeNowWhileALaterOneIsPlanned() {
    updateFrom("2999-01-01T00:00:00Z", 600);

    assertThatThrownBy(() -> database.execute("UPDATE metadata.ads SET cpc_micros = 700"))
        .hasMessageContaining("must not be before its last version's");
  }

  @Test
  void ordersVersionsByCommitsNotByStartsOfTransactions() {
    try (Handle early = database.jdbi().open();
        Handle late = database.jdbi().open()) {
      early.begin();
      early.createQuery("SELECT now()::text").mapTo(String.class).one();
      late.begin();
      late.execute("UPDATE metadata.ads SET cpc_micros = 600");
      late.commit();
      early.execute("UPDATE metadata.ads SET cpc_micros = 700");
      early.commit();
    }

    assertThat(versions()).extracting(AdVersionRow::cpcMicros).containsExactly(500L, 600L, 700L);
    assertIsUnbroken(versions());
  }

  @Test
  void isUnbrokenUnderConcurrentUpdates() throws Exception {
    int writers = 6;
    int updates = 40;
    ExecutorService pool = Executors.newFixedThreadPool(writers);
    List<Future<?>> running = new ArrayList<>();
    for (int writer = 0; writer < writers; writer++) {
      running.add(
          pool.submit(
              () ->
                  database
                      .jdbi()
                      .useHandle(
                          handle -> {
                            for (int i = 0; i < updates; i++) {
                              handle.execute("UPDATE metadata.ads SET cpc_micros = cpc_micros + 1");
                            }
                          })));
    }
    for (Future<?> one : running) {
      one.get(60, TimeUnit.SECONDS);
    }
    pool.shutdown();

    List<AdVersionRow> versions = versions();
    assertThat(versions).hasSize(1 + writers * updates);
    assertThat(versions.get(versions.size() - 1).cpcMicros()).isEqualTo(500 + writers * updates);
    assertIsUnbroken(versions);
    for (int i = 0; i < versions.size(); i++) {
      assertThat(versions.get(i).cpcMicros()).isEqualTo(500 + i);
    }
  }

  @Test
  void refusesVersionsThatOverlap() {
    assertThatThrownBy(
            () ->
                database.execute(
                    "INSERT INTO metadata.ads_versions VALUES"
                        + " ('ad-a', 'cmp-a', 'A', 1, '2026-01-01', '2026-01-02')"))
        .hasMessageContaining("ads_validity");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DELETE FROM metadata.ads | clicks name its rows for ever",
        "TRUNCATE metadata.publishers CASCADE | is not allowed",
        "DELETE FROM metadata.ads_versions | a history only grows",
        "UPDATE metadata.ads_versions SET cpc_micros = 1 | of a version only the end is written",
        "UPDATE metadata.ads_versions SET valid_from = '2000-01-01' | of a version only the end is written",
        "UPDATE metadata.ads SET ad_id = 'ad-b' | ads_versions_ad_id_fkey",
      })
  void neverForgets(String sql, String message) {
    assertThatThrownBy(() -> database.execute(sql)).hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "advertisers | ('adv-b', 'B', 'Europe/Atlantis', 'EUR') | must be an IANA zone such as Europe/Paris, was 'Europe/Atlantis'",
        "advertisers | ('adv-b', 'B', 'EST', 'EUR') | time_zone_form",
        "advertisers | ('adv-b', 'B', 'posix/Europe/Paris', 'EUR') | time_zone_form",
        "advertisers | ('adv-b', 'B', 'UTC+3', 'EUR') | time_zone_form",
        "advertisers | ('adv-b', 'B', 'UTC', 'ZZZ') | advertisers_currency_fkey",
        "advertisers | ('adv b', 'B', 'UTC', 'EUR') | entity_id_form",
        "advertisers | ('', 'B', 'UTC', 'EUR') | entity_id_form",
        "advertisers | ('adv-b', '', 'UTC', 'EUR') | display_name_form",
        "advertisers | ('adv-b', NULL, 'UTC', 'EUR') | not-null",
        "campaigns | ('cmp-b', 'adv-z', 'B', '2026-01-01', NULL, NULL, NULL) | campaigns_advertiser_id_fkey",
        "campaigns | ('cmp-b', 'adv-a', 'B', '2026-01-02', '2026-01-01', NULL, NULL) | campaign_days",
        "campaigns | ('cmp-b', 'adv-a', 'B', '2026-01-02', NULL, -1, NULL) | daily_budget_range",
        "campaigns | ('cmp-b', 'adv-a', 'B', '2026-01-02', NULL, NULL, -1) | total_budget_range",
        "ads | ('ad-b', 'cmp-z', 'B', 1) | ads_campaign_id_fkey",
        "ads | ('ad-b', 'cmp-a', 'B', -1) | cpc_range",
        "publishers | ('pub-b', 'B', 'b.example', 100.01) | revenue_share_range",
        "publishers | ('pub-b', 'B', 'b.example', -0.01) | revenue_share_range",
        "publishers | ('pub-b', 'B', 'B.example', 50) | domain_form",
        "publishers | ('pub-b', 'B', 'localhost', 50) | domain_form",
      })
  void refusesWhatMustNotExist(String table, String row, String message) {
    assertThatThrownBy(() -> database.execute("INSERT INTO metadata." + table + " VALUES " + row))
        .hasMessageContaining(message);
  }

  private void updateFrom(String validFrom, long cpcMicros) {
    database.executeFrom(validFrom, "UPDATE metadata.ads SET cpc_micros = " + cpcMicros);
  }

  private Instant now() {
    return Instant.parse(
        database.text(
            "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"));
  }

  private List<AdVersionRow> versions() {
    return database.store().histories().ads();
  }

  private static void assertIsUnbroken(List<AdVersionRow> versions) {
    for (int i = 0; i + 1 < versions.size(); i++) {
      assertThat(versions.get(i).validTo()).isEqualTo(versions.get(i + 1).validFrom());
    }
    assertThat(versions.get(versions.size() - 1).validTo()).isNull();
  }
}
