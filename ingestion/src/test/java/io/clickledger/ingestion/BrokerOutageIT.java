package io.clickledger.ingestion;

import static io.clickledger.ingestion.StartedIngestion.json;
import static io.clickledger.rules.contract.ClickJson.click;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.rules.contract.ClickJson;
import io.clickledger.rules.contract.Clicks;
import io.clickledger.sandbox.parts.KafkaBroker;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BrokerOutageIT {

  private static final String JSON = "application/json";
  private static final String LINES = "application/x-ndjson";

  @Test
  void answers503InTimeWhileTheBrokerIsAwayAnd202Again() {
    try (KafkaBroker broker = KafkaBroker.temporary("clicks:4");
        StartedIngestion ingestion =
            StartedIngestion.before(broker.bootstrapServers(), "kafka.delivery-timeout=1s")
                .awaitReady()) {
      broker.kill();

      Instant asked = Instant.now();
      HttpResponse<String> away = ingestion.post(JSON, now("away").text());

      assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofMillis(2_500));
      assertThat(away.statusCode()).isEqualTo(503);
      assertThat(away.headers().firstValue("Retry-After")).hasValue("2");
      assertThat(json(away).get("type").textValue())
          .isEqualTo("urn:clickledger:problem:clicks-not-acknowledged");
      assertThat(ingestion.get("/v1/pixel.gif?ad_id=a&publisher_id=b").statusCode()).isEqualTo(503);
      assertThat(ingestion.get("/ready").statusCode()).isEqualTo(503);
      assertThat(ingestion.get("/ready").body()).contains("\"kafka: ");
      assertThat(ingestion.get("/health").statusCode()).isEqualTo(200);

      broker.restart();
      ingestion.awaitReady();
      assertThat(ingestion.post(JSON, now("away").text()).statusCode()).isEqualTo(202);
      assertThat(TopicReader.counts(broker.bootstrapServers(), "clicks"))
          .containsKey(Clicks.clickId("away"));
    }
  }

  @Test
  void takesClicksOnceABrokerIsThere() {
    try (KafkaBroker broker = KafkaBroker.temporary("clicks:4")) {
      broker.stop();
      try (StartedIngestion ingestion = StartedIngestion.before(broker.bootstrapServers())) {
        Instant asked = Instant.now();
        assertThat(ingestion.post(JSON, now("early").text()).statusCode()).isEqualTo(503);
        assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(2));

        broker.restart();
        ingestion.awaitReady();
        assertThat(ingestion.post(JSON, now("early").text()).statusCode()).isEqualTo(202);
      }
    }
  }

  @Test
  void keepsNoBodyOfARequestThatWaits() {
    try (KafkaBroker broker = KafkaBroker.temporary("clicks:4");
        StartedIngestion ingestion =
            StartedIngestion.before(
                    broker.bootstrapServers(), "kafka.linger=6s", "kafka.delivery-timeout=9s")
                .awaitReady()) {
      String padded = now("padded").text() + "\n".repeat(1_000_000);
      byte[] body = padded.getBytes(StandardCharsets.UTF_8);
      ingestion.post(LINES, body);
      long before = usedBytes();

      List<CompletableFuture<HttpResponse<String>>> waiting =
          IntStream.range(0, 40).mapToObj(i -> ingestion.postAsync(LINES, body)).toList();
      awaitMetric(ingestion, "clickledger_ingestion_waiting_requests 40.0");

      assertThat(usedBytes() - before).isLessThan(20_000_000);
      assertThat(waiting).extracting(w -> w.join().statusCode()).containsOnly(202);
    }
  }

  private static long usedBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void refusesAtOnceWhatWouldWaitBeyondTheLimit() {
    try (KafkaBroker broker = KafkaBroker.temporary("clicks:4");
        StartedIngestion ingestion =
            StartedIngestion.before(
                    broker.bootstrapServers(),
                    "kafka.linger=6s", // clicks wait as behind a slow broker, but surely
                    "kafka.delivery-timeout=9s",
                    "kafka.max-waiting-requests=20",
                    "http.threads=8")
                .awaitReady()) {
      List<CompletableFuture<HttpResponse<String>>> waiting =
          IntStream.range(0, 20)
              .mapToObj(i -> ingestion.postAsync(JSON, now("waiting-" + i).bytes()))
              .toList();
      awaitMetric(ingestion, "clickledger_ingestion_waiting_requests 20.0");

      HttpResponse<String> refused = ingestion.post(JSON, now("refused").text());

      assertThat(waiting).allSatisfy(w -> assertThat(w).isNotDone());
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(json(refused).get("detail").textValue()).startsWith("too many clicks wait");
      assertThat(waiting).extracting(w -> w.join().statusCode()).containsOnly(202);
      awaitMetric(ingestion, "clickledger_ingestion_waiting_requests 0.0");
      awaitMetric(ingestion, "clickledger_ingestion_waiting_bytes 0.0");
    }
  }

  @Test
  void losesNoAcknowledgedClickWhenTheBrokerIsKilled() throws Exception {
    try (KafkaBroker broker = KafkaBroker.temporary("clicks:4");
        StartedIngestion ingestion =
            StartedIngestion.before(broker.bootstrapServers(), "kafka.delivery-timeout=1s")
                .awaitReady()) {
      Set<String> acknowledged = ConcurrentHashMap.newKeySet();
      AtomicInteger refused = new AtomicInteger();
      AtomicBoolean stop = new AtomicBoolean();
      List<Thread> senders = new ArrayList<>();
      for (int sender = 0; sender < 4; sender++) {
        String prefix = "traffic-" + sender + "-";
        Thread thread =
            new Thread(
                () -> {
                  for (int i = 0; !stop.get(); i++) {
                    String name = prefix + i;
                    int status = ingestion.post(JSON, now(name).text()).statusCode();
                    if (status == 202) {
                      acknowledged.add(Clicks.clickId(name));
                    } else {
                      assertThat(status).isEqualTo(503);
                      refused.incrementAndGet();
                    }
                  }
                });
        thread.start();
        senders.add(thread);
      }

      for (int kill = 0; kill < 2; kill++) {
        Thread.sleep(500);
        broker.kill();
        Thread.sleep(1_500);
        broker.restart();
        int before = acknowledged.size();
        Instant end = Instant.now().plus(Duration.ofSeconds(20));
        while (acknowledged.size() < before + 50 && Instant.now().isBefore(end)) {
          Thread.sleep(20);
        }
      }
      stop.set(true);
      for (Thread sender : senders) {
        sender.join();
      }

      Map<String, Long> onTopic = TopicReader.counts(broker.bootstrapServers(), "clicks");
      assertThat(refused).hasPositiveValue();
      assertThat(acknowledged).hasSizeGreaterThan(100);
      assertThat(onTopic.keySet()).containsAll(acknowledged);
      assertThat(onTopic.values()).containsOnly(1L);
    }
  }

  private static ClickJson now(String name) {
    return click(name).clickedAt(Instant.now());
  }

  private static void awaitMetric(StartedIngestion ingestion, String line) {
    Instant end = Instant.now().plus(Duration.ofSeconds(5));
    while (!ingestion.get("/metrics").body().contains(line)) {
      assertThat(Instant.now()).as("waiting for " + line).isBefore(end);
    }
  }
}
