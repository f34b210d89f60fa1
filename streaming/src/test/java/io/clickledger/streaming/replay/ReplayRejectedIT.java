package io.clickledger.streaming.replay;

import static io.clickledger.rules.contract.Clicks.clickId;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.rules.contract.ClickJson;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.settings.Secret;
import io.clickledger.streaming.StreamingSettings;
import io.clickledger.streaming.driver.Lake;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Rejected clicks go round on a real broker and a real lake; each test looks at its own clicks. */
class ReplayRejectedIT {
  private static Lake lake;

  /** Rejected rows of earlier tests landed before. */
  private final Instant begun = Instant.now();

  @BeforeAll
  static void startLake() {
    lake = new Lake();
  }

  @AfterAll
  static void stopLake() {
    lake.close();
  }

  @Test
  void countsAReplayedClickOnceHoweverOftenItIsReplayed() {
    Instant arrived = Instant.now().minus(Duration.ofDays(20)).truncatedTo(ChronoUnit.MILLIS);
    Instant clicked = arrived.minus(Duration.ofDays(30));
    for (String name : List.of("replay-1", "replay-2")) {
      send(misnamed(name, "once").clickedAt(clicked).bytes(), arrived);
    }
    lake.land();
    lake.count();
    assertThat(gross("once")).as("before any replay").isZero();
    String mended = "--reason MISSING --field ad_id --rename adId=ad_id";

    List<Counted> afterEach = new ArrayList<>();
    for (int replay = 1; replay <= 3; replay++) {
      assertThat(replay(mended).produced()).isEqualTo(2);
      lake.land();
      lake.count();
      afterEach.add(counted("once"));
    }

    assertThat(afterEach)
        .containsExactly(new Counted(2, 0, 2), new Counted(4, 2, 2), new Counted(6, 4, 2));
    List<Row> raw = raw("once");
    assertThat(raw).hasSize(6);
    assertThat(raw)
        .extracting(row -> row.<String>getAs(RawClicks.CLICK_ID))
        .containsOnly(clickId("replay-1"), clickId("replay-2"));
    assertThat(raw)
        .as("each keeps its own time and the time at which it came in first")
        .allSatisfy(
            row -> {
              assertThat(row.getTimestamp(row.fieldIndex(RawClicks.CLICKED_AT)).toInstant())
                  .isEqualTo(clicked);
              assertThat(row.getTimestamp(row.fieldIndex(RawClicks.KAFKA_TIMESTAMP)).toInstant())
                  .isEqualTo(arrived);
            });
  }

  @Test
  void aDryRunSaysWhatARunDoesWithoutProducing() {
    send(misnamed("dry-1", "dry").bytes(), Instant.now());
    send(misnamed("dry-2", "dry").with("publisher_id", "7").bytes(), Instant.now());
    send("{\"dry\":".getBytes(StandardCharsets.UTF_8), Instant.now());
    lake.land();
    long before = endOfTopic();
    String selected =
        "--reason WRONG_TYPE --reason MISSING --reason UNREADABLE_JSON --rename adId=ad_id --drop x";

    ReplayReport dry = replay(selected + " --dry-run");

    assertThat(endOfTopic()).isEqualTo(before);
    assertThat(dry.toString())
        .contains("what would become of them", "Dry run: nothing was produced.")
        .contains("rejected again: WRONG_TYPE publisher_id")
        .contains("publisher_id must be a string, was a number")
        .contains("rejected again: UNREADABLE_JSON")
        .doesNotContain(clickId("dry-1"), "user-dry-1", "203.0.113.7");
    ReplayReport done = replay(selected);
    assertThat(done.landed()).isEqualTo(dry.landed());
    assertThat(done.produced()).isEqualTo(dry.landed());
    assertThat(endOfTopic()).isEqualTo(before + dry.landed());
  }

  @Test
  void marksWhatItProducesAndGivesTheSameIdsAgain() {
    Instant arrived = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    send(misnamed("none", "derived").without("click_id").bytes(), arrived);
    lake.land();
    Row rejected =
        lake.table(RawRejectedClicks.TABLE)
            .where(
                col(RawRejectedClicks.FIELD)
                    .equalTo("click_id")
                    .and(col(RawRejectedClicks.LANDED_AT).geq(Timestamp.from(begun))))
            .first();
    String coordinates =
        rejected.getAs(RawRejectedClicks.KAFKA_PARTITION)
            + ":"
            + rejected.getAs(RawRejectedClicks.KAFKA_OFFSET);
    String mended = "--reason MISSING --field click_id --rename adId=ad_id --derive-click-id";

    replay(mended);
    replay(mended);
    lake.land();
    lake.count();

    assertThat(counted("derived")).isEqualTo(new Counted(2, 1, 1));
    List<ConsumerRecord<String, byte[]>> produced =
        topic().stream().filter(record -> coordinates.equals(replayOf(record))).toList();
    assertThat(produced).hasSize(2);
    assertThat(produced)
        .extracting(ConsumerRecord::key)
        .containsOnly(raw("derived").get(0).<String>getAs(RawClicks.CLICK_ID));
    assertThat(produced).extracting(ConsumerRecord::timestamp).containsOnly(arrived.toEpochMilli());
  }

  @Test
  void producesWhatIsRejectedAgainOnlyWhereAskedTo() {
    ClickJson bad = misnamed("all", "all").withText("campaign_id", "no id");
    send(bad.bytes(), Instant.now());
    send(bad.without("click_id").bytes(), Instant.now());
    lake.land();

    assertThat(replay("--reason MISSING --rename adId=ad_id").produced()).isZero();
    assertThat(replay("--reason MISSING --rename adId=ad_id --all").produced()).isEqualTo(1);
    lake.land();

    assertThat(replay("--reason MALFORMED --field campaign_id --dry-run").toString())
        .as("what came round is rejected for what is still wrong with it")
        .contains("1 records of raw.rejected_clicks", "rejected again: MALFORMED campaign_id");
  }

  @Test
  void reportsRowsOfUnknownKeysAndReadsFormerOnes() {
    send(misnamed("keys", "keys").bytes(), Instant.now());
    lake.land();
    StreamingSettings settings = lake.settings();
    StreamingSettings.Privacy rotated =
        new StreamingSettings.Privacy(
            settings.privacy().hashKeyId(),
            settings.privacy().hashKey(),
            "p2",
            Secret.of(HexFormat.of().formatHex(new byte[32])));
    ReplayRejectedJob job = new ReplayRejectedJob(lake.spark, settings.kafka(), rotated);
    String mended = "--reason MISSING --field ad_id --rename adId=ad_id";

    ReplayReport without = job.run(options(mended), Instant.now());
    ReplayReport with = job.run(options(mended + " --payload-key p1=env:FORMER"), Instant.now());

    assertThat(without.isComplete()).isFalse();
    assertThat(without.produced()).isZero();
    assertThat(without.toString()).contains("undecryptable: key p1 is not configured");
    assertThat(with.isComplete()).isTrue();
    assertThat(with.produced()).isEqualTo(1);
  }

  @Test
  void takesTheOldestWhereThereIsALimit() {
    send("[1]".getBytes(StandardCharsets.UTF_8), Instant.now());
    lake.land();
    send("[2]".getBytes(StandardCharsets.UTF_8), Instant.now());
    lake.land();
    Row oldest =
        lake.table(RawRejectedClicks.TABLE)
            .where(
                col(RawRejectedClicks.REASON)
                    .equalTo("NOT_AN_OBJECT")
                    .and(col(RawRejectedClicks.LANDED_AT).geq(Timestamp.from(begun))))
            .orderBy(RawRejectedClicks.LANDED_AT)
            .first();

    ReplayReport report = replay("--reason NOT_AN_OBJECT --limit 1 --dry-run");

    assertThat(report.toString())
        .contains("1 records of raw.rejected_clicks")
        .contains(
            oldest.getAs(RawRejectedClicks.KAFKA_PARTITION)
                + ":"
                + oldest.getAs(RawRejectedClicks.KAFKA_OFFSET));
  }

  /**
   * A click on that ad whose producer calls ad_id otherwise. Each is of a user of its own and of a
   * publisher that is known, so that no fraud rule has a say.
   */
  private static ClickJson misnamed(String name, String ad) {
    return ClickJson.click(name)
        .clickedAt(Instant.now().truncatedTo(ChronoUnit.MILLIS))
        .userId("user-" + name)
        .without("ad_id")
        .withText("adId", ad);
  }

  private ReplayReport replay(String arguments) {
    return new ReplayRejectedJob(lake.spark, lake.settings().kafka(), lake.settings().privacy())
        .run(options(arguments), Instant.now());
  }

  private ReplayOptions options(String arguments) {
    String key = lake.settings().privacy().payloadKey().reveal();
    String[] all = ("--from " + begun + " " + arguments.strip()).split(" ");
    return CommandLine.populateCommand(new ReplayArguments(), all)
        .read(Instant.now().plusSeconds(60), Map.of("FORMER", key));
  }

  private static void send(byte[] value, Instant timestamp) {
    String servers = lake.settings().kafka().bootstrapServers();
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers),
            new StringSerializer(),
            new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>(lake.topic, null, timestamp.toEpochMilli(), "k", value))
          .get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All that is in the topic. */
  private static List<ConsumerRecord<String, byte[]>> topic() {
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer = consumer()) {
      List<TopicPartition> partitions = partitions(consumer);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
      }
    }
    return records;
  }

  private static long endOfTopic() {
    try (KafkaConsumer<String, byte[]> consumer = consumer()) {
      return consumer.endOffsets(partitions(consumer)).values().stream()
          .mapToLong(Long::longValue)
          .sum();
    }
  }

  private static KafkaConsumer<String, byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", lake.settings().kafka().bootstrapServers()),
        new StringDeserializer(),
        new ByteArrayDeserializer());
  }

  private static List<TopicPartition> partitions(KafkaConsumer<String, byte[]> consumer) {
    return consumer.partitionsFor(lake.topic).stream()
        .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
        .toList();
  }

  private static String replayOf(ConsumerRecord<String, byte[]> record) {
    var header = record.headers().lastHeader("replay-of");
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }

  /** What live says of one ad. */
  private record Counted(long gross, long duplicate, long valid) {}

  private static Counted counted(String ad) {
    Row sums =
        lake.table(LiveClicksByMinute.TABLE)
            .where(col(ClickDimensions.AD_ID).equalTo(ad))
            .selectExpr(
                "coalesce(sum(gross_clicks), 0)",
                "coalesce(sum(duplicate_clicks), 0)",
                "coalesce(sum(valid_clicks), 0)")
            .first();
    return new Counted(sums.getLong(0), sums.getLong(1), sums.getLong(2));
  }

  private static long gross(String ad) {
    return counted(ad).gross();
  }

  private static List<Row> raw(String ad) {
    return lake.table(RawClicks.TABLE).where(col(RawClicks.AD_ID).equalTo(ad)).collectAsList();
  }
}
