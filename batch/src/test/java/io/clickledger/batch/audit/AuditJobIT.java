package io.clickledger.batch.audit;

import static io.clickledger.batch.billing.run.TestClick.click;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.batch.audit.offsets.PartitionProof;
import io.clickledger.batch.billing.run.BillingLake;
import io.clickledger.batch.billing.run.StreamedLake;
import io.clickledger.batch.billing.run.StreamedLake.Arrival;
import io.clickledger.batch.billing.run.TestClick;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.landed.Landings;
import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.Publications;
import io.clickledger.lake.publish.PublishedTag;
import io.clickledger.lake.publish.TableRefs;
import io.clickledger.metadata.FraudRulesPublication;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.sandbox.parts.KafkaBroker;
import io.clickledger.schemas.AuditLandings;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.schemas.TableName;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A lake that streams wrote to, and one bug after the other planted in it. Partition 1 is that of a
 * real topic, with markers of transactions in it.
 */
class AuditJobIT {
  private static final String TOPIC = "clicks";
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

  /** Not the default: the audit must read it from the commits of live. */
  private static final Duration WINDOW = Duration.ofMinutes(30);

  private static final Instant NIGHT = Instant.parse("2026-11-21T02:00:00Z");
  private static final Instant LANDED = Instant.parse("2026-11-20T10:00:00Z");
  private static final TestClick CLICK = click("planted", "2026-11-20T10:00:30Z");

  private static KafkaBroker broker;
  private static BillingLake lake;
  private static StreamedLake streams;
  private static List<String> proof;

  private static final String MAIN_OF_DAYS = "main of billing.clicks_by_day is at ";

  private Map<TableName, Long> sound;

  @BeforeAll
  static void start() throws Exception {
    broker = KafkaBroker.temporary(TOPIC + ":2");
    lake = BillingLake.migrated();
    FraudRulesPublication.publish(lake.postgres().dataSource(), FraudRules.shipped());
    lake.metadata(
        "INSERT INTO metadata.advertisers VALUES ('v-1', 'V', 'UTC', 'EUR')",
        "INSERT INTO metadata.campaigns (campaign_id, advertiser_id, name, starts_on) VALUES"
            + " ('c-1', 'v-1', 'C', '2026-01-01')",
        "INSERT INTO metadata.ads VALUES ('ad-1', 'c-1', 'A', 250000)",
        "INSERT INTO metadata.publishers VALUES ('publisher-1', 'P', 'news.example', 70)");
    String topicId;
    try (Admin admin =
        Admin.create(Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()))) {
      topicId =
          admin
              .describeTopics(List.of(TOPIC))
              .allTopicNames()
              .get()
              .get(TOPIC)
              .topicId()
              .toString();
    }
    streams = new StreamedLake(lake.spark(), topicId, WINDOW);
    produce();
    // Offsets of partition 1: 0, 1 committed, 2 its marker; 3 aborted, 4 its marker; 5 committed.
    streams.land(
        LANDED,
        List.of(
            arrive(0, "a"),
            arrive(0, "b"),
            new Arrival.Refused(0),
            arrive(1, "c"),
            arrive(1, "a"),
            new Arrival.Marker(1),
            new Arrival.Marker(1)));
    streams.count();
    streams.land(
        LANDED.plusSeconds(5),
        List.of(new Arrival.Marker(1), arrive(1, "d"), arrive(0, "b"), new Arrival.Refused(0)));
    streams.count();
    // The first slice of the window is still remembered in the last second, and not in the next.
    streams.land(LANDED.plusSeconds(2099), List.of(arrive(0, "a"), arrive(0, "d")));
    streams.land(LANDED.plusSeconds(2100), List.of(arrive(0, "c")));
    streams.count();
    lake.night(LocalDate.parse("2026-11-20"), NIGHT);
    // Offsets 8 and 9 of partition 0 were lost, and somebody said so.
    streams.skipTo(0, 10);
    streams.land(LANDED.plusSeconds(4300), List.of(arrive(0, "e")), "accepted-gap", "0:10");
    streams.count();
    lake.night(LocalDate.parse("2026-11-20"), NIGHT.plusSeconds(1));
  }

  private static Arrival arrive(int partition, String id) {
    return new Arrival.Clicked(partition, click(id, "2026-11-20T09:59:30Z"));
  }

  private static void produce() throws Exception {
    Properties properties = new Properties();
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "test");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      send(producer, 2);
      producer.commitTransaction();
      send(producer, 1);
      producer.abortTransaction();
      send(producer, 1);
      producer.commitTransaction();
    }
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, int records) throws Exception {
    producer.beginTransaction();
    for (int i = 0; i < records; i++) {
      producer.send(new ProducerRecord<>(TOPIC, 1, null, new byte[] {1})).get();
    }
  }

  @AfterAll
  static void end() {
    lake.close();
    broker.close();
  }

  @BeforeEach
  void remember() {
    sound =
        List.of(
                RawClicks.TABLE,
                RawRejectedClicks.TABLE,
                LiveClicksByMinute.TABLE,
                BillingClicksByDay.TABLE,
                BillingLedger.TABLE,
                BillingPublications.TABLE)
            .stream()
            .collect(
                Collectors.toMap(name -> name, name -> table(name).currentSnapshot().snapshotId()));
  }

  @AfterEach
  void removeBug() {
    sound.forEach((name, snapshotId) -> TableRefs.resetMain(table(name), snapshotId));
  }

  @Test
  void aSoundLakeHasNoClickMissingOrDoubled() {
    assertThat(audit("--bootstrap-servers", broker.bootstrapServers())).isEmpty();

    assertThat(proof)
        .anySatisfy(
            line -> assertThat(line).startsWith("landed ranges since").endsWith(", side by side"));
    assertThat(columns(0))
        .containsExactly(
            "0", "0", "11", "11", "=", "7", "+", "2", "+", "2", "+", "0", "+", "0", "+", "0",
            "none");
    assertThat(columns(1))
        .containsExactly(
            "1", "0", "6", "6", "=", "3", "+", "0", "+", "0", "+", "0", "+", "3", "+", "0", "none");
    assertThat(proof.get(proof.size() - 2))
        .contains("10 clicks, 4 of them duplicates", "equal to raw.clicks");
    assertThat(proof.get(proof.size() - 1))
        .startsWith("no clicks missing or doubled of those that landed from ")
        .endsWith(
            ", but for 2 accepted as lost; billing is as it was published, and the ledger is what its clicks give");
  }

  @Test
  void withoutABrokerAMarkerCountsAsMissing() {
    assertThat(audit())
        .hasSize(1)
        .allSatisfy(
            finding ->
                assertThat(finding)
                    .startsWith("partition 1, offsets [2, 5): in neither table")
                    .contains("--bootstrap-servers"));
    assertThat(proof.get(proof.size() - 1)).isEqualTo("things that are wrong: 1");
  }

  @Test
  void findsADroppedOffset() {
    // A landing that says it has two rows of its range, and has: the third was skipped.
    streams.land(
        LANDED.plusSeconds(5000), List.of(arrive(0, "f"), new Arrival.Marker(0), arrive(0, "g")));
    streams.count();

    List<String> findings = audit();

    assertThat(findings).hasSize(2);
    assertThat(findings.get(0)).startsWith("partition 0, offsets [12, 13): in neither table");
  }

  @Test
  void findsACommittedRecordThatNeverLanded() {
    delete(RawClicks.TABLE, LANDED.plusSeconds(5));

    assertThat(audit("--bootstrap-servers", broker.bootstrapServers()))
        .anyMatch(
            "partition 1, offsets [5, 6): in neither table, but Kafka has records there"::equals)
        .anyMatch("raw.clicks: landed 1 rows of partition 1, offsets [4, 6), now has 0"::equals)
        // The topic of the test has nothing in partition 0.
        .anyMatch(
            "partition 0, offsets [3, 4): in neither table, and Kafka does not have what was there"
                ::equals);
  }

  @Test
  void findsRowsThatAreThereTwice() {
    streams.append(
        RawClicks.TABLE,
        List.of(
            streams.click(CLICK, 0, 3, LANDED.plusSeconds(5)),
            streams.click(CLICK, 0, 4, LANDED.plusSeconds(5))));

    assertThat(audit())
        .contains(
            "partition 0, offsets [3, 4): twice, in raw.clicks and in raw.clicks",
            "partition 0, offsets [4, 5): twice, in raw.clicks and in raw.rejected_clicks",
            "raw.clicks: landed 1 rows of partition 0, offsets [3, 5), now has 3");
  }

  @Test
  void findsARowThatNoLandingAdded() {
    streams.append(
        RawRejectedClicks.TABLE, List.of(streams.rejected(0, 9, LANDED.plusSeconds(77))));

    assertThat(audit())
        .anyMatch(
            finding ->
                finding.startsWith(
                    "raw.rejected_clicks: 1 rows of partition 0, offsets [9, 10) landed at 2026-11-20T10:01:17Z, when no landing commit added any"));
  }

  @Test
  void namesMinuteAndAdThatLiveCountedTooOften() {
    streams.append(
        LiveClicksByMinute.TABLE,
        List.of(
            streams.partial(click("", "2026-11-20T10:07:00Z"), LANDED.plusSeconds(5), 1, 0),
            // A duplicate that was taken for a click.
            streams.partial(click("", "2026-11-20T09:59:00Z"), LANDED.plusSeconds(5), 0, -1)));

    assertThat(audit("--bootstrap-servers", broker.bootstrapServers()))
        .containsExactly(
            "minute 2026-11-20T09:59:00Z, ad ad-1: live has 10 clicks, 3 of them duplicates; raw.clicks has 10 and 4",
            "minute 2026-11-20T10:07:00Z, ad ad-1: live has 1 clicks, 0 of them duplicates; raw.clicks has 0 and 0");
  }

  @Test
  void findsALiveThatDoesNotSayItsWindow() {
    Table live = table(LiveClicksByMinute.TABLE);
    Map<String, String> newest = live.currentSnapshot().summary();
    AppendFiles append = live.newFastAppend();
    Stream.of(
            CommittedPosition.QUERY,
            CommittedPosition.SOURCE,
            CommittedPosition.TO,
            CommittedPosition.LANDED_THROUGH)
        .forEach(key -> append.set(key, newest.get(key)));
    append.commit();

    assertThat(audit("--bootstrap-servers", broker.bootstrapServers()))
        .hasSize(1)
        .allMatch(finding -> finding.startsWith("live.clicks_by_minute cannot be compared: "));
  }

  @Test
  void findsALiveRowTooFew() {
    Table live = table(LiveClicksByMinute.TABLE);
    live.newDelete()
        .deleteFromRowFilter(
            Expressions.equal(LiveClicksByMinute.LANDED_AT, micros(LANDED.plusSeconds(5))))
        .commit();

    assertThat(audit("--bootstrap-servers", broker.bootstrapServers()))
        .containsExactly(
            "minute 2026-11-20T09:59:00Z, ad ad-1: live has 8 clicks, 3 of them duplicates; raw.clicks has 10 and 4");
  }

  @Test
  void retentionIsExcusedOnlyByWhatWasLanded() {
    delete(RawRejectedClicks.TABLE, LANDED);

    assertThat(audit())
        .contains("raw.rejected_clicks: landed 1 rows of partition 0, offsets [0, 3), now has 0");
    assertThat(
            audit(NOW.plus(Duration.ofDays(40)), "--bootstrap-servers", broker.bootstrapServers()))
        .isEmpty();
    assertThat(columns(0))
        .containsExactly(
            "0", "0", "11", "11", "=", "7", "+", "1", "+", "2", "+", "1", "+", "0", "+", "0",
            "none");
  }

  @Test
  void recordedLandingsProveTheSame() {
    List<String> unrecorded = audit();
    List<String> before = proof;
    new Landings(
            table(AuditLandings.TABLE),
            Landings.TABLES.stream().collect(Collectors.toMap(name -> name, AuditJobIT::table)))
        .record();

    assertThat(audit()).isEqualTo(unrecorded);
    assertThat(proof).isEqualTo(before);
  }

  @Test
  void findsADayThatIsDeleted() {
    table(BillingClicksByDay.TABLE)
        .newDelete()
        .deleteFromRowFilter(Expressions.alwaysTrue())
        .commit();

    assertThat(billing()).hasSize(1).allMatch(finding -> finding.startsWith(MAIN_OF_DAYS));
  }

  @Test
  void findsACostThatIsSet() {
    lake.spark().sql("UPDATE billing.clicks_by_day SET cost_micros = 1");

    assertThat(billing()).hasSize(1).allMatch(finding -> finding.startsWith(MAIN_OF_DAYS));
  }

  @Test
  void findsMainTakenBack() {
    Publication first = publications().all().get(0);
    TableRefs.resetMain(
        table(BillingClicksByDay.TABLE), first.snapshotOf(BillingClicksByDay.TABLE));

    assertThat(billing()).hasSize(1).allMatch(finding -> finding.startsWith(MAIN_OF_DAYS));
  }

  @Test
  void findsATagThatLeadsElsewhere() {
    Publication current = publications().current().orElseThrow();
    Table days = table(BillingClicksByDay.TABLE);
    long first = publications().all().get(0).snapshotOf(BillingClicksByDay.TABLE);
    TableRefs.tag(days, PublishedTag.NAME, first);
    try {
      assertThat(billing())
          .hasSize(1)
          .allMatch(
              finding ->
                  finding.startsWith("tag published of billing.clicks_by_day is at " + first));
    } finally {
      PublishedTag.follow(current, AuditJobIT::table);
    }
  }

  @Test
  void findsATableThatIsGone() {
    Table days = table(BillingClicksByDay.TABLE);
    String metadata = ((HasTableOperations) days).operations().current().metadataFileLocation();
    lake.spark().sql("DROP TABLE billing.clicks_by_day");
    try {
      assertThat(billing()).containsExactly("table billing.clicks_by_day is not there");
    } finally {
      lake.spark()
          .sql(
              "CALL lake.system.register_table(table => 'billing.clicks_by_day', metadata_file =>"
                  + " '%s')".formatted(metadata));
    }
    assertThat(billing()).isEmpty();
  }

  /** Who can write to one table can write to all: then the tags and the sums still contradict. */
  @Test
  void findsAPointerThatIsLaidOnChangedRows() {
    publishChanged(BillingClicksByDay.TABLE, "UPDATE billing.clicks_by_day SET cost_micros = 1");

    assertThat(billing())
        .anyMatch(
            finding ->
                finding.startsWith(
                    "publication 2: tag publication_2 of billing.clicks_by_day is at"))
        .anyMatch(finding -> finding.startsWith("publication 2: billing.clicks_by_day costs {"));
  }

  @Test
  void findsAChargeThatItsClicksDoNotCost() {
    publishChanged(
        BillingLedger.TABLE,
        "UPDATE billing.ledger SET debit_micros = debit_micros + if(debit_micros > 0, 1, 0), credit_micros = credit_micros + if(account = 'PLATFORM_REVENUE', 1, 0)");

    assertThat(billing())
        .contains(
            "2026-11-20, campaign c-1, publisher publisher-1, EUR: ADVERTISER_RECEIVABLE has 1250001 micros and 5 clicks in the books; verdicts, prices and metadata give 1250000 and 5");
  }

  private static void publishChanged(TableName name, String statement) {
    lake.spark().sql(statement);
    lake.spark()
        .sql(
            "UPDATE billing.publications SET final_snapshot_ids = map_concat(map_filter("
                + "final_snapshot_ids, (k, v) -> k <> '%1$s'), map('%1$s', %2$dL))"
                    .formatted(name, table(name).currentSnapshot().snapshotId())
                + " WHERE publication_id = 2");
  }

  @Test
  void findsAPublicationThatIsDeleted() {
    lake.spark().sql("DELETE FROM billing.publications WHERE publication_id = 2");

    assertThat(billing())
        .anyMatch(
            finding ->
                finding.startsWith(
                    "billing.publications has no publication 2, of which billing.clicks_by_day has"));
  }

  @Test
  void findsAFileThatIsCutShort() throws IOException {
    Path file;
    try (CloseableIterable<FileScanTask> files =
        table(BillingClicksByDay.TABLE).newScan().planFiles()) {
      file = Path.of(URI.create(files.iterator().next().file().location()));
    }
    byte[] written = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(written, written.length - 1));
    try {
      assertThat(billing())
          .hasSize(1)
          .allMatch(
              finding -> finding.startsWith("publication 2: billing.clicks_by_day: its file"));
    } finally {
      Files.write(file, written);
    }
  }

  private static List<String> billing() {
    return audit("--bootstrap-servers", broker.bootstrapServers());
  }

  private static Publications publications() {
    return new Publications(table(BillingPublications.TABLE));
  }

  private static List<String> audit(String... arguments) {
    return audit(NOW, arguments);
  }

  private static List<String> audit(Instant now, String... arguments) {
    List<String> all = new ArrayList<>(List.of("--from", "2026-11-20", "--to", "2026-11-21"));
    Collections.addAll(all, arguments);
    proof = new ArrayList<>();
    return new AuditJob(lake.spark(), lake.settings(), proof::add)
        .run(TestArguments.audit(all, now), now);
  }

  private static String[] columns(int partition) {
    return proof.get(proof.indexOf(PartitionProof.HEADER) + 1 + partition).strip().split("\\s+");
  }

  private static void delete(TableName name, Instant landedAt) {
    table(name)
        .newDelete()
        .deleteFromRowFilter(Expressions.equal(RawClicks.LANDED_AT, micros(landedAt)))
        .commit();
  }

  private static long micros(Instant instant) {
    return instant.toEpochMilli() * 1000;
  }

  private static Table table(TableName name) {
    return LakeTables.load(lake.spark(), name);
  }
}
