package io.clickledger.ingestion;

import static io.clickledger.ingestion.StartedIngestion.json;
import static io.clickledger.rules.contract.ClickJson.click;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.ingestion.metrics.IngestionMetrics;
import io.clickledger.ingestion.spool.Spool;
import io.clickledger.ingestion.spool.SpooledClick;
import io.clickledger.rules.contract.Clicks;
import io.clickledger.sandbox.parts.KafkaBroker;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ingestion with a spool, and a broker that is killed under traffic. */
class SpoolIT {

  private static final String JSON = "application/json";
  private static final String SPOOL_IS_EMPTY = "\nclickledger_ingestion_spool_bytes 0.0";
  private static KafkaBroker broker;

  @TempDir Path folder;

  @BeforeAll
  static void startBroker() {
    broker = KafkaBroker.temporary("outage:4", "full:4", "refused:4");
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void answers202WhileTheBrokerIsAwayAndSendsEachClickWhenItIsBack() throws Exception {
    try (StartedIngestion ingestion =
        StartedIngestion.before(
                broker.bootstrapServers(),
                "kafka.click-topic=outage",
                "kafka.delivery-timeout=1s",
                "spool.max-bytes=8388608",
                "spool.folder=" + folder)
            .awaitReady()) {
      Set<String> accepted = ConcurrentHashMap.newKeySet();
      Set<Integer> statuses = ConcurrentHashMap.newKeySet();
      AtomicBoolean stop = new AtomicBoolean();
      List<Thread> senders = new ArrayList<>();
      for (int sender = 0; sender < 4; sender++) {
        String prefix = "spooled-" + sender + "-";
        Thread thread =
            new Thread(
                () -> {
                  for (int i = 0; !stop.get(); i++) {
                    statuses.add(post(ingestion, prefix + i).statusCode());
                    accepted.add(Clicks.clickId(prefix + i));
                  }
                });
        thread.start();
        senders.add(thread);
      }

      await(() -> accepted.size() > 100);
      broker.kill();
      await(() -> ingestion.get("/ready").body().contains("Kafka is away"));
      int before = accepted.size();
      await(() -> accepted.size() > before + 200);
      assertThat(ingestion.get("/ready").statusCode()).isEqualTo(200);
      Instant asked = Instant.now();
      assertThat(post(ingestion, "at-once").statusCode()).isEqualTo(202);
      assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofMillis(900));
      accepted.add(Clicks.clickId("at-once"));
      broker.restart();
      await(() -> ingestion.get("/metrics").body().contains(SPOOL_IS_EMPTY));
      stop.set(true);
      for (Thread sender : senders) {
        sender.join();
      }
      await(() -> ingestion.get("/metrics").body().contains(SPOOL_IS_EMPTY));

      assertThat(statuses).containsExactly(202);
      Map<String, Set<String>> onTopic = valuesByKey("outage");
      assertThat(onTopic.keySet()).isEqualTo(accepted);
      assertThat(onTopic.values()).allSatisfy(values -> assertThat(values).hasSize(1));
      assertThat(ingestion.get("/ready").body())
          .isEqualTo("{\"status\":\"ready\",\"checks\":{\"kafka\":\"ready\"}}");
    }
  }

  @Test
  void answers503OnceTheSpoolIsFullAnd202AgainWhenTheBrokerIsBack() throws Exception {
    broker.kill();
    try (StartedIngestion ingestion =
        StartedIngestion.before(
            broker.bootstrapServers(),
            "kafka.click-topic=full",
            "spool.max-bytes=2097152",
            "spool.folder=" + folder)) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 1_000; i++) {
        lines.append(click("full-" + i).clickedAt(Instant.now()).text()).append('\n');
      }
      HttpResponse<String> last = ingestion.post("application/x-ndjson", lines.toString());
      assertThat(last.statusCode()).isEqualTo(202);
      for (int i = 0; i < 20 && last.statusCode() == 202; i++) {
        last = ingestion.post("application/x-ndjson", lines.toString());
      }

      assertThat(last.statusCode()).isEqualTo(503);
      assertThat(last.headers().firstValue("Retry-After")).hasValue("2");
      assertThat(json(last).get("detail").textValue())
          .startsWith(
              "Kafka is away, and the spool is full (spool.max-bytes is 2097152); send all");
      assertThat(ingestion.get("/ready").statusCode()).isEqualTo(503);

      broker.restart();
      await(() -> ingestion.get("/metrics").body().contains(SPOOL_IS_EMPTY));
      assertThat(ingestion.get("/ready").statusCode()).isEqualTo(200);
      assertThat(post(ingestion, "full-after").statusCode()).isEqualTo(202);
      assertThat(valuesByKey("full")).hasSize(1_001); // the repeats are the same clicks
    }
  }

  @Test
  void setsAsideWhatKafkaRefusesForGoodAndSendsWhatIsBehindIt() throws Exception {
    byte[] tooLarge = " ".repeat(2_000_000).getBytes(StandardCharsets.UTF_8);
    byte[] value = click("behind").clickedAt(Instant.now()).bytes();
    try (IngestionMetrics metrics = new IngestionMetrics();
        Spool spool = Spool.open(folder, 100_000_000, metrics)) {
      spool
          .append(
              List.of(
                  new SpooledClick(1, Clicks.clickId("too-large"), tooLarge),
                  new SpooledClick(System.currentTimeMillis(), Clicks.clickId("behind"), value)))
          .join();
    }

    try (StartedIngestion ingestion =
        StartedIngestion.before(
            broker.bootstrapServers(), "kafka.click-topic=refused", "spool.folder=" + folder)) {
      await(() -> ingestion.get("/metrics").body().contains(SPOOL_IS_EMPTY));

      assertThat(ingestion.get("/metrics").body())
          .contains("clickledger_ingestion_set_aside_clicks_total 1.0")
          .contains("clickledger_ingestion_replayed_clicks_total 1.0");
      try (Stream<Path> files = Files.list(folder.resolve("set-aside"))) {
        assertThat(files).singleElement().asString().endsWith("RecordTooLargeException.tsv");
      }
      assertThat(TopicReader.counts(broker.bootstrapServers(), "refused"))
          .containsOnlyKeys(Clicks.clickId("behind"));
    }
  }

  private static HttpResponse<String> post(StartedIngestion ingestion, String name) {
    return ingestion.post(JSON, click(name).clickedAt(Instant.now()).text());
  }

  /** The different values of each key on the topic, but of clicks that asked for readiness. */
  private static Map<String, Set<String>> valuesByKey(String topic) {
    Map<String, Set<String>> values = new HashMap<>();
    for (ConsumerRecord<String, byte[]> record :
        TopicReader.all(broker.bootstrapServers(), topic)) {
      String value = new String(record.value(), StandardCharsets.UTF_8);
      if (!value.contains("warm-up")) {
        values.computeIfAbsent(record.key(), key -> new HashSet<>()).add(value);
      }
    }
    return values;
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(Condition condition) throws InterruptedException {
    Instant end = Instant.now().plus(Duration.ofSeconds(30));
    while (!condition.holds()) {
      assertThat(Instant.now()).isBefore(end);
      Thread.sleep(20);
    }
  }
}
