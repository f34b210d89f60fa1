package io.clickledger.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.clickledger.rules.AdVersion;
import io.clickledger.sandbox.parts.FreePorts;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetadataStoreIT {

  private final TestDatabase database = TestDatabase.migrated().withOneAd();

  @Test
  void splitsAnAdWhereItsCampaignOrAdvertiserChanges() {
    change("2026-02-01T00:00:00Z", "UPDATE metadata.advertisers SET currency = 'USD'");
    change("2026-03-01T00:00:00Z", "UPDATE metadata.ads SET cpc_micros = 600");
    change("2026-04-01T00:00:00Z", "UPDATE metadata.campaigns SET name = 'Other'");

    assertThat(database.store().adVersions())
        .containsExactly(
            version(500, "EUR", "1970-01-01T00:00:00Z", "2026-02-01T00:00:00Z"),
            version(500, "USD", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"),
            version(600, "USD", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"),
            version(600, "USD", "2026-04-01T00:00:00Z", null));
  }

  @Test
  void isMadeWhileTheDatabaseIsAwayAndFailsWhenItIsAsked() {
    MetadataSettings away =
        new MetadataSettings(
            "jdbc:postgresql://127.0.0.1:" + FreePorts.next() + "/clickledger",
            "clickledger",
            Optional.empty(),
            Duration.ofMillis(250));
    try (HikariDataSource source = away.open()) {
      MetadataStore store = new MetadataStore(source);

      assertThatThrownBy(store::adVersions).hasRootCauseInstanceOf(ConnectException.class);
    }
  }

  @Test
  void givesHistoriesInWhichVersionIdsAreOnesOwn() {
    change("2026-02-01T00:00:00Z", "UPDATE metadata.ads SET cpc_micros = 600");

    MetadataHistories histories = database.store().histories();

    assertThat(histories.ads()).extracting(AdVersionRow::versionId).doesNotHaveDuplicates();
    assertThat(histories.advertisers()).hasSize(1);
    assertThat(histories.advertisers().get(0).timeZone().getId()).isEqualTo("Europe/Paris");
    assertThat(histories.campaigns().get(0).endsOn()).isNull();
    assertThat(histories.publishers()).isEmpty();
  }

  @Test
  void givesThePublishersDomainsAsTheyAreNow() {
    assertThat(database.store().publisherDomains()).isEmpty();

    database.execute(
        "INSERT INTO metadata.publishers VALUES ('pub-1', 'N', 'news.example', 70),"
            + " ('pub-2', 'B', 'xn--bcher-kva.example', 70)");
    database.execute("UPDATE metadata.publishers SET domain = 'n.example' WHERE name = 'N'");

    assertThat(database.store().publisherDomains())
        .isEqualTo(Map.of("pub-1", "n.example", "pub-2", "xn--bcher-kva.example"));
  }

  private void change(String validFrom, String sql) {
    database
        .jdbi()
        .useTransaction(
            handle -> {
              handle.execute(
                  "SELECT set_config('clickledger.valid_from', '" + validFrom + "', true)");
              handle.execute(sql);
            });
  }

  private static AdVersion version(long cpcMicros, String currency, String from, String to) {
    return new AdVersion(
        "ad-a",
        "cmp-a",
        "adv-a",
        cpcMicros,
        currency,
        Instant.parse(from),
        to == null ? null : Instant.parse(to));
  }
}
