package io.clickledger.metadata.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.clickledger.metadata.AdVersionRow;
import io.clickledger.metadata.AdvertiserVersion;
import io.clickledger.metadata.CampaignVersion;
import io.clickledger.metadata.MetadataHistories;
import io.clickledger.metadata.TestDatabase;
import io.clickledger.metadata.csv.ImportReport.TableReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetadataImportIT {

  private static final String ADVERTISERS =
      """
      advertiser_id,name,time_zone,currency
      adv-1,Nordlicht,Europe/Oslo,NOK
      adv-2,"Sakura, Tea",Asia/Tokyo,JPY
      """;
  private static final String CAMPAIGNS =
      """
      campaign_id,advertiser_id,name,starts_on,ends_on,daily_budget_micros,total_budget_micros
      cmp-1,adv-1,Autumn,2026-09-01,2026-11-30,5000000000,
      cmp-2,adv-2,Always on,2026-01-01,,,
      """;
  private static final String ADS =
      """
      ad_id,campaign_id,name,cpc_micros
      ad-1,cmp-1,Banner,2500000
      ad-2,cmp-2,Text,40000000
      """;
  private static final String PUBLISHERS =
      """
      publisher_id,name,domain,revenue_share_percent
      pub-1,Morgenposten,morgenposten.example,68.5
      """;

  private final TestDatabase database = TestDatabase.migrated();

  @TempDir Path folder;

  @Test
  void importsAFolderFromItsAdvertisersToItsAds() {
    all();

    ImportReport report = run(folder);

    assertThat(report.tables())
        .containsExactly(
            new TableReport("advertisers", 2, 0, 0),
            new TableReport("campaigns", 2, 0, 0),
            new TableReport("ads", 2, 0, 0),
            new TableReport("publishers", 1, 0, 0));
    MetadataHistories histories = database.store().histories();
    assertThat(histories.advertisers())
        .extracting(AdvertiserVersion::name)
        .containsExactlyInAnyOrder("Nordlicht", "Sakura, Tea");
    CampaignVersion campaign =
        histories.campaigns().stream()
            .filter(c -> c.campaignId().equals("cmp-1"))
            .findFirst()
            .get();
    assertThat(campaign.endsOn()).isEqualTo(LocalDate.of(2026, 11, 30));
    assertThat(campaign.dailyBudgetMicros()).isEqualTo(5_000_000_000L);
    assertThat(campaign.totalBudgetMicros()).isNull();
    assertThat(histories.publishers().get(0).revenueSharePercent()).isEqualTo("68.50");
    assertThat(histories.ads())
        .allSatisfy(ad -> assertThat(ad.validFrom()).isEqualTo(Instant.EPOCH))
        .allSatisfy(ad -> assertThat(ad.validTo()).isNull());
  }

  @Test
  void changesNothingTheSecondTime() {
    all();
    run(folder);
    MetadataHistories before = database.store().histories();

    ImportReport report = run(folder);

    assertThat(report.tables())
        .allSatisfy(t -> assertThat(List.of(t.added(), t.changed())).containsOnly(0));
    assertThat(database.store().histories()).isEqualTo(before);
  }

  @Test
  void startsAllChangesOfOneImportTogether() {
    all();
    run(folder);
    write("campaigns.csv", CAMPAIGNS.replace("Autumn", "Winter"));
    write("ads.csv", ADS.replace("2500000", "2600000").replace("40000000", "45000000"));

    ImportReport report = run(folder);

    assertThat(report.tables())
        .contains(new TableReport("campaigns", 0, 1, 1), new TableReport("ads", 0, 2, 0));
    assertThat(
            database.texts(
                "SELECT DISTINCT valid_from::text FROM ("
                    + "SELECT valid_from FROM metadata.ads_versions"
                    + " UNION ALL SELECT valid_from FROM metadata.campaigns_versions) v"))
        .hasSize(2);
    assertThat(database.store().histories().ads())
        .filteredOn(ad -> ad.validTo() == null)
        .allSatisfy(ad -> assertThat(ad.validFrom()).isEqualTo(report.changesValidFrom()));
  }

  @Test
  void takesValidFromAndSeveralVersionsFromTheFile() {
    all();
    write(
        "ads.csv",
        """
        valid_from,ad_id,campaign_id,name,cpc_micros
        2026-01-01T00:00:00Z,ad-1,cmp-1,Banner,100
        2026-02-01T01:00:00+01:00,ad-1,cmp-1,Banner,200
        ,ad-2,cmp-1,Text,300
        2026-03-01T00:00:00.123456Z,ad-1,cmp-1,Banner,250
        """);

    ImportReport first = run(folder);
    ImportReport second = run(folder);

    assertThat(first.tables()).contains(new TableReport("ads", 2, 2, 0));
    assertThat(second.tables()).contains(new TableReport("ads", 0, 0, 4));
    assertThat(database.store().histories().ads())
        .filteredOn(ad -> ad.adId().equals("ad-1"))
        .extracting(AdVersionRow::validFrom)
        .containsExactly(
            Instant.parse("2026-01-01T00:00:00Z"),
            Instant.parse("2026-02-01T00:00:00Z"),
            Instant.parse("2026-03-01T00:00:00.123456Z"));
  }

  @Test
  void namesEveryBadLineAndImportsNothing() {
    write(
        "advertisers.csv",
        """
        advertiser_id,name,time_zone,currency
        adv-1,Nordlicht,Europe/Oslo,NOK
        adv 2,Bad id,Europe/Oslo,NOK
        adv-3,,Mars/Olympus,KRONER

        adv-4,Too,few
        adv-1,Again,Europe/Oslo,NOK
        """);
    write(
        "campaigns.csv",
        """
        campaign_id,advertiser_id,name,starts_on,ends_on,daily_budget_micros,total_budget_micros
        cmp-1,adv-1,Backwards,2026-09-01,2026-08-31,-1,1.5
        cmp-2,adv-9,Lost,2026-02-30,,,9999999999999999999
        cmp-3,adv-3,"Its advertiser's line is bad, not this one",2026-02-28,,,
        """);
    write(
        "ads.csv",
        """
        ad_id,campaign_id,name,cpc_micros,valid_from
        ad-1,cmp-9,Banner,2500000,yesterday
        ad-2,cmp-1,"two
        lines",,2026-01-01
        ad-3,cmp-1,After the break,1000000000001,2026-01-01T00:00:00.0000001Z
        """);
    write(
        "publishers.csv",
        """
        publisher_id,name,domain,revenue_share_percent
        pub-1,Morgenposten,https://morgenposten.example/,101
        pub-2,Kveldsposten,kveldsposten.example,33.333
        """);

    MetadataImportException refused = refused(folder);

    assertThat(
            refused.faults().stream()
                .map(
                    f ->
                        folder.relativize(f.file())
                            + f.toString().substring(f.file().toString().length())))
        .containsExactly(
            "ads.csv:2: valid_from: must be an instant from 1970 on, with its offset, such as"
                + " 2026-11-01T00:00:00Z, was \"yesterday\"",
            "ads.csv:2: campaign_id: must be in campaigns.csv or in the database, was \"cmp-9\"",
            "ads.csv:3: name: must be 1 to 200 characters without line breaks, control characters"
                + " or blanks around, was \"two\uFFFDlines\"",
            "ads.csv:3: cpc_micros: must be a whole number of micros from 0 to 1000000000000, was"
                + " empty",
            "ads.csv:3: valid_from: must be an instant from 1970 on, with its offset, such as"
                + " 2026-11-01T00:00:00Z, was \"2026-01-01\"",
            "ads.csv:5: cpc_micros: must be a whole number of micros from 0 to 1000000000000, was"
                + " \"1000000000001\"",
            "ads.csv:5: valid_from: must be an instant from 1970 on, with its offset, such as"
                + " 2026-11-01T00:00:00Z, was \"2026-01-01T00:00:00.0000001Z\"",
            "advertisers.csv:3: advertiser_id: must be 1 to 64 of the characters A-Z a-z 0-9 . _ :"
                + " -, was \"adv 2\"",
            "advertisers.csv:4: name: must be 1 to 200 characters without line breaks, control"
                + " characters or blanks around, was empty",
            "advertisers.csv:4: time_zone: must be an IANA time zone such as Europe/Paris, was"
                + " \"Mars/Olympus\"",
            "advertisers.csv:4: currency: must be an ISO 4217 currency code such as EUR, was"
                + " \"KRONER\"",
            "advertisers.csv:6: must have 4 cells as the header has, was 3",
            "advertisers.csv:7: advertiser_id: must stand once, or each time with a later"
                + " valid_from, was \"adv-1\" as in "
                + folder.resolve("advertisers.csv")
                + ":2",
            "campaigns.csv:2: daily_budget_micros: must be a whole number of micros from 0 to"
                + " 1000000000000000000, was \"-1\"",
            "campaigns.csv:2: total_budget_micros: must be a whole number of micros from 0 to"
                + " 1000000000000000000, was \"1.5\"",
            "campaigns.csv:2: ends_on: must be starts_on (2026-09-01) or later, was \"2026-08-31\"",
            "campaigns.csv:3: starts_on: must be a day from 1970-01-01 on, such as 2026-11-01, was"
                + " \"2026-02-30\"",
            "campaigns.csv:3: total_budget_micros: must be a whole number of micros from 0 to"
                + " 1000000000000000000, was \"9999999999999999999\"",
            "campaigns.csv:3: advertiser_id: must be in advertisers.csv or in the database, was"
                + " \"adv-9\"",
            "publishers.csv:2: domain: must be a host name in lower case such as news.example.com,"
                + " was \"https://morgenposten.example/\"",
            "publishers.csv:2: revenue_share_percent: must be a percentage from 0 to 100 with at"
                + " most two decimals, such as 68.5, was \"101\"",
            "publishers.csv:3: revenue_share_percent: must be a percentage from 0 to 100 with at"
                + " most two decimals, such as 68.5, was \"33.333\"");
    assertThat(refused).hasMessageStartingWith("Nothing was imported: there are 22 faults\n  ");
    assertThat(database.text("SELECT count(*) FROM metadata.advertisers")).isEqualTo("0");
  }

  @Test
  void namesColumnsThatAreUnknownMissingOrTwice() {
    write("ads.csv", "ad_id,campaign,name,name\nad-1,cmp-1,x,y\n");

    assertThat(messages(refused(folder)))
        .containsExactly(
            ":1: campaign: is no column of this file; allowed:"
                + " ad_id,campaign_id,name,cpc_micros,valid_from",
            ":1: name: must stand once, stands again",
            ":1: campaign_id: is missing from the header",
            ":1: cpc_micros: is missing from the header");
  }

  @Test
  void namesFilesThatItCannotUse() throws IOException {
    Path other = write("prices.csv", "a,b\n");
    Path absent = folder.resolve("no").resolve("ads.csv");
    Path empty = Files.createDirectory(folder.resolve("empty"));

    assertThat(messages(refused(other, absent, empty)))
        .containsExactlyInAnyOrder(
            ": must be named one of advertisers.csv, campaigns.csv, ads.csv, publishers.csv",
            ": is not there",
            ": holds none of advertisers.csv, campaigns.csv, ads.csv, publishers.csv");
  }

  @Test
  void namesTheLineThatIsNoCsvOrUtf8() throws IOException {
    Path quotes = write("ads.csv", "ad_id,campaign_id,name,cpc_micros\nad-1,cmp-1,\"x\"y,1\n");
    Path open = write("campaigns.csv", CAMPAIGNS + "cmp-3,adv-1,\"never ends,2026-01-01,,,\n");
    Path latin1 = folder.resolve("publishers.csv");
    Files.write(
        latin1, (PUBLISHERS + "pub-2,Zürich,z.example,1\n").getBytes(StandardCharsets.ISO_8859_1));
    Path nothing = write("advertisers.csv", "\n\n");

    assertThat(messages(refused(quotes, open, latin1, nothing)))
        .containsExactlyInAnyOrder(
            ":2: must be CSV: a quoted cell ends before its comma or line end",
            ":4: must be CSV: a quoted cell ends before its comma or line end",
            ":3: must be UTF-8 text",
            ":1: must hold a header: advertiser_id,name,time_zone,currency,valid_from");
  }

  @Test
  void readsWhatSpreadsheetsWrite() {
    write(
        "advertisers.csv",
        "\uFEFF"
            + ADVERTISERS
                .replace("\n", "\r\n")
                .replace(",", " , ")
                .replace("Sakura , Tea", "Sakura, Tea"));

    assertThat(run(folder).tables()).containsExactly(new TableReport("advertisers", 2, 0, 0));
  }

  @Test
  void findsWhatALineNamesInTheDatabaseToo() {
    all();
    run(folder);
    Path more = write("more/ads.csv", "ad_id,campaign_id,name,cpc_micros\nad-9,cmp-1,More,1\n");

    assertThat(run(more).tables()).containsExactly(new TableReport("ads", 1, 0, 0));
  }

  @Test
  void refusesAChangeBeforeTheLastVersion() {
    all();
    run(folder);
    String header = "ad_id,campaign_id,name,cpc_micros,valid_from\n";
    Path ads = write("ads.csv", header + "ad-1,cmp-1,Banner,1,2999-01-01T00:00:00Z\n");
    run(ads);

    write("ads.csv", header + "ad-1,cmp-1,Banner,2,2998-12-31T00:00:00Z\nad-2,cmp-2,Text,7,\n");
    assertThat(messages(refused(ads)))
        .containsExactly(
            ":2: valid_from: must be 2999-01-01T00:00:00Z, from when the last version of ad-1"
                + " holds, or later, was 2998-12-31T00:00:00Z");

    write("ads.csv", header + "ad-1,cmp-1,Banner,2,\n");
    assertThat(messages(refused(ads)))
        .containsExactly(
            ":2: valid_from: must be 2999-01-01T00:00:00Z, from when the last version of ad-1"
                + " holds, or later, was now");
  }

  @Test
  void rollsBackADryRun() {
    all();

    ImportReport report = MetadataImport.dryRun(database.source(), List.of(folder));

    assertThat(report.tables()).contains(new TableReport("ads", 2, 0, 0));
    assertThat(database.text("SELECT count(*) FROM metadata.ads")).isEqualTo("0");
  }

  @Test
  void startsItsChangesAfterThoseThatItWaitedFor() throws Exception {
    all();
    run(folder);
    write("ads.csv", ADS.replace("2500000", "2700000"));
    try (Handle other = database.jdbi().open()) {
      other.begin();
      other.execute("UPDATE metadata.ads SET cpc_micros = 2600000 WHERE ad_id = 'ad-1'");
      CompletableFuture<ImportReport> waiting = CompletableFuture.supplyAsync(() -> run(folder));
      while (database
          .texts(
              "SELECT 1 FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")
          .isEmpty()) {
        assertThat(waiting).isNotDone();
        Thread.sleep(10);
      }
      other.execute("UPDATE metadata.ads SET cpc_micros = 2650000 WHERE ad_id = 'ad-1'");
      other.commit();
      waiting.get(30, TimeUnit.SECONDS);
    }

    assertThat(database.store().histories().ads())
        .filteredOn(ad -> ad.adId().equals("ad-1"))
        .extracting(AdVersionRow::cpcMicros)
        .containsExactly(2_500_000L, 2_600_000L, 2_650_000L, 2_700_000L);
  }

  private void all() {
    write("advertisers.csv", ADVERTISERS);
    write("campaigns.csv", CAMPAIGNS);
    write("ads.csv", ADS);
    write("publishers.csv", PUBLISHERS);
  }

  private Path write(String name, String text) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private ImportReport run(Path... files) {
    return MetadataImport.run(database.source(), List.of(files));
  }

  private MetadataImportException refused(Path... files) {
    return catchThrowableOfType(MetadataImportException.class, () -> run(files));
  }

  private static List<String> messages(MetadataImportException refused) {
    return refused.faults().stream()
        .map(fault -> fault.toString().substring(fault.file().toString().length()))
        .toList();
  }
}
