package io.clickledger.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.pricing.AdVersion;
import io.clickledger.rules.pricing.PublisherDomain;
import io.clickledger.sandbox.parts.process.FreePorts;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

class MetadataStoreIT {

  private final TestDatabase database = TestDatabase.migrated().withOneAd();

  @Test
  void splitsAnAdWhereItsCampaignOrAdvertiserChanges() {
    database.executeFrom(
        "2026-02-01T00:00:00Z", "UPDATE metadata.advertisers SET currency = 'USD'");
    database.executeFrom("2026-03-01T00:00:00Z", "UPDATE metadata.ads SET cpc_micros = 600");
    database.executeFrom("2026-04-01T00:00:00Z", "UPDATE metadata.campaigns SET name = 'Other'");

    assertThat(database.store().adVersions())
        .containsExactly(
            version(500, "EUR", "1970-01-01T00:00:00Z", "2026-02-01T00:00:00Z"),
            version(500, "USD", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"),
            version(600, "USD", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"),
            version(600, "USD", "2026-04-01T00:00:00Z", null));
  }

  @Test
  void failsOnlyWhenAskedWhileTheDatabaseIsAway() {
    MetadataSettings away =
        new MetadataSettings(
            "jdbc:postgresql://127.0.0.1:" + FreePorts.next() + "/clickledger",
            "clickledger",
            Optional.empty(),
            Duration.ofSeconds(1));
    MetadataStore store = new MetadataStore(away.dataSource());

    assertThatThrownBy(store::adVersions).hasRootCauseInstanceOf(ConnectException.class);
  }

  @Test
  void tellsWhatWasKnownBeforeVersionsCame() {
    Instant before = Instant.now();
    database.executeFrom("2026-02-01T00:00:00Z", "UPDATE metadata.ads SET cpc_micros = 600");

    MetadataHistories known = database.store().historiesRecordedBefore(before);

    assertThat(known.adVersions())
        .containsExactly(version(500, "EUR", "1970-01-01T00:00:00Z", null));
    assertThat(database.store().historiesRecordedBefore(Instant.now()).ads()).hasSize(2);
  }

  @Test
  void givesHistoriesInWhichVersionIdsAreOnesOwn() {
    database.executeFrom("2026-02-01T00:00:00Z", "UPDATE metadata.ads SET cpc_micros = 600");

    MetadataHistories histories = database.store().histories();

    assertThat(histories.ads()).extracting(AdVersionRow::versionId).doesNotHaveDuplicates();
    assertThat(histories.advertisers()).hasSize(1);
    assertThat(histories.advertisers().get(0).timeZone().getId()).isEqualTo("Europe/Paris");
    assertThat(histories.campaigns().get(0).endsOn()).isNull();
    assertThat(histories.publishers()).isEmpty();
  }

  @Test
  void givesThePublishersDomainsOverAllTimes() {
    assertThat(database.store().publisherDomains()).isEmpty();

    database.execute(
        "INSERT INTO metadata.publishers VALUES ('pub-1', 'N', 'news.example', 70),"
            + " ('pub-2', 'B', 'xn--bcher-kva.example', 70)");
    database.execute("UPDATE metadata.publishers SET domain = 'n.example' WHERE name = 'N'");

    List<PublisherDomain> domains = database.store().publisherDomains();
    Instant change = domains.get(1).validFrom();
    assertThat(domains)
        .containsExactly(
            new PublisherDomain("pub-1", "news.example", Instant.EPOCH, change),
            new PublisherDomain("pub-1", "n.example", change, null),
            new PublisherDomain("pub-2", "xn--bcher-kva.example", Instant.EPOCH, null));
  }

  @Test
  void givesTheNamesThatHoldNow() {
    database.execute("UPDATE metadata.campaigns SET name = 'Renamed'");
    database.execute("INSERT INTO metadata.publishers VALUES ('pub-1', 'News', 'n.example', 70)");
    database.executeFrom(
        "2999-01-01T00:00:00Z", "UPDATE metadata.advertisers SET name = 'Planned'");
    database.executeFrom(
        "2999-01-01T00:00:00Z", "INSERT INTO metadata.ads VALUES ('ad-b', 'cmp-a', 'B', 500)");

    assertThat(database.store().names())
        .isEqualTo(
            new MetadataNames(
                Map.of("adv-a", "A"),
                Map.of("cmp-a", "Renamed"),
                Map.of("ad-a", "A"),
                Map.of("pub-1", "News")));
  }

  @Test
  void hasAnotherStateAfterChangesOnly() {
    MetadataStore store = database.store();
    MetadataState first = store.state();
    database.execute("UPDATE metadata.ads SET cpc_micros = 500");
    assertThat(store.state()).isEqualTo(first);

    for (String change :
        List.of(
            "UPDATE metadata.ads SET cpc_micros = 700",
            "UPDATE metadata.campaigns SET name = 'Other'",
            "UPDATE metadata.advertisers SET currency = 'USD'",
            "INSERT INTO metadata.ads VALUES ('ad-b', 'cmp-a', 'B', 500)")) {
      MetadataState before = store.state();
      database.execute(change);
      assertThat(store.state().hasAdsOf(before)).as(change).isFalse();
      assertThat(store.state().hasPublishersOf(before)).isTrue();
      assertThat(store.state().hasRulesOf(before)).isTrue();
    }

    MetadataState before = store.state();
    database.execute("INSERT INTO metadata.publishers VALUES ('pub-1', 'N', 'news.example', 70)");
    assertThat(store.state().hasPublishersOf(before)).isFalse();
    assertThat(store.state().hasAdsOf(before)).isTrue();

    FraudRulesPublication.publish(database.source(), FraudRules.shipped());
    assertThat(store.state().hasRulesOf(before)).isFalse();
  }

  /** The first to be given a version_id commits last, after the state was read. */
  @Test
  void hasAnotherStateAfterACommitOutOfOrder() {
    MetadataStore store = database.store();
    try (Handle slow = database.jdbi().open()) {
      slow.begin();
      slow.execute("INSERT INTO metadata.ads VALUES ('ad-slow', 'cmp-a', 'S', 500)");
      database.execute("INSERT INTO metadata.ads VALUES ('ad-fast', 'cmp-a', 'F', 500)");
      MetadataState between = store.state();

      slow.commit();

      assertThat(store.state().hasAdsOf(between)).isFalse();
    }
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
