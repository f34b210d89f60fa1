package io.clickledger.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.net.httpserver.HttpServer;
import io.clickledger.rules.contract.Click;
import io.clickledger.rules.json.ClickReader;
import io.clickledger.rules.json.ReadResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of another origin in a real browser: every way in which a browser sends a click. */
class TagIT {

  private static final List<String> BROWSERS =
      List.of("chromium", "chromium-browser", "google-chrome");
  private static final Duration MAX_WAIT = Duration.ofSeconds(90);
  private static final String PUBLISHER = "p-browser";

  /** By the pages' paths, in the order in which the browser visits them. */
  private static final Map<String, List<String>> ADS =
      Map.of(
          "/first", List.of("ad-image", "ad-tag", "ad-leaving", "ad-ping", "ad-link"),
          "/stuck", List.of("ad-stuck"),
          "/last", List.of("ad-retried"));

  @TempDir Path folder;

  private String browser;

  @BeforeEach
  void findBrowser() {
    Optional<String> found = BROWSERS.stream().filter(TagIT::isOnPath).findFirst();
    if (found.isEmpty()) {
      String loud =
          "TAG NOT TESTED: no browser of " + BROWSERS + " is here; apt-get install chromium";
      if ("true".equals(System.getenv("CI"))) {
        fail(loud);
      }
      System.err.println("\n!!! " + loud + "\n");
      Assumptions.abort(loud);
    }
    browser = found.orElseThrow();
  }

  @Test
  void sendsEveryClickOnce() throws Exception {
    HttpServer pages =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try (StartedIngestion ingestion =
        StartedIngestion.before(SharedBroker.bootstrapServers()).awaitReady()) {
      String site = "http://localhost:" + pages.getAddress().getPort();
      String edge = "http://127.0.0.1:" + ingestion.port();
      add(pages, "/first", first(site, edge));
      add(pages, "/stuck", stuck(edge));
      add(pages, "/last", last(edge));
      pages.start();

      Process process = open(site + "/first");
      List<Click> clicks;
      try {
        clicks = awaitClicks(process);
      } finally {
        end(process);
      }

      assertThat(clicks.stream().map(Click::adId))
          .containsExactlyInAnyOrderElementsOf(
              ADS.values().stream().flatMap(List::stream).toList());
      assertThat(clicks).allSatisfy(click -> assertThat(click.userAgent()).contains("Chrome"));
      assertThat(clicks).extracting(Click::clickId).doesNotHaveDuplicates();
      Map<String, Click> byAd =
          clicks.stream().collect(Collectors.toMap(Click::adId, click -> click));
      ADS.forEach(
          (page, ads) ->
              assertThat(ads)
                  .allSatisfy(
                      ad ->
                          assertThat(byAd.get(ad).otherFields())
                              .as(ad)
                              .containsEntry("page_url", '"' + site + page + '"')));
      assertThat(byAd.get("ad-ping").clickUrl()).hasToString(site + "/stuck");
      assertThat(byAd.get("ad-link").clickUrl()).hasToString(site + "/stuck");
    } finally {
      pages.stop(0);
    }
  }

  private static String first(String site, String edge) {
    return """
        <script src="%2$s/clickledger.js"></script>
        <img src="%2$s/v1/pixel.gif?ad_id=ad-image&publisher_id=%3$s&page_url=%1$s/first">
        <a href="/stuck" ping="%2$s/v1/pixel.gif?ad_id=ad-ping&publisher_id=%3$s"
           data-clickledger-ad="ad-link" data-clickledger-publisher="%3$s"><b>shoes</b></a>
        <script>
          clickledger.click({ad_id: "ad-tag", publisher_id: "%3$s"});
          addEventListener("pagehide", () =>
            clickledger.click({ad_id: "ad-leaving", publisher_id: "%3$s"}));
          addEventListener("load", () => document.querySelector("b").click());
        </script>
        """
        .formatted(site, edge, PUBLISHER);
  }

  /** No request succeeds before the page is left, which sends the waiting click. */
  private static String stuck(String edge) {
    return """
        <script src="%s/clickledger.js"></script>
        <script>
          const send = navigator.sendBeacon.bind(navigator);
          navigator.sendBeacon = () => false;
          window.fetch = () => Promise.reject(new TypeError("no network"));
          clickledger.click({ad_id: "ad-stuck", publisher_id: "%s"});
          navigator.sendBeacon = send;
          addEventListener("load", () => setTimeout(() => location.href = "/last"));
        </script>
        """
        .formatted(edge, PUBLISHER);
  }

  /** An older browser, whose first two requests fail. */
  private static String last(String edge) {
    return """
        <script src="%s/clickledger.js"></script>
        <script>
          navigator.sendBeacon = undefined;
          crypto.randomUUID = undefined;
          const send = fetch;
          let failures = 2;
          window.fetch = (...request) =>
            failures-- > 0 ? Promise.reject(new TypeError("no network")) : send(...request);
          clickledger.click({ad_id: "ad-retried", publisher_id: "%s"});
        </script>
        """
        .formatted(edge, PUBLISHER);
  }

  private static void add(HttpServer server, String path, String page) {
    server.createContext(
        path,
        exchange -> {
          byte[] body = ("<!doctype html>" + page).getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
  }

  private Process open(String url) throws IOException {
    return new ProcessBuilder(
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--enable-logging=stderr",
            "--remote-debugging-port=0",
            "--user-data-dir=" + folder.resolve("profile"),
            url)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  /** All clicks of the pages, once none is missing. The retried one comes last by far. */
  private List<Click> awaitClicks(Process process) throws Exception {
    long expected = ADS.values().stream().mapToLong(List::size).sum();
    Instant end = Instant.now().plus(MAX_WAIT);
    List<Click> clicks = clicks();
    while (clicks.stream().map(Click::adId).distinct().count() < expected) {
      if (Instant.now().isAfter(end) || !process.isAlive()) {
        fail(
            "only %s came; the browser says: %s"
                .formatted(
                    clicks.stream().map(Click::adId).toList(),
                    Files.readString(folder.resolve("log"))));
      }
      Thread.sleep(500);
      clicks = clicks();
    }
    return clicks;
  }

  private static List<Click> clicks() {
    return TopicReader.all(SharedBroker.bootstrapServers(), "clicks").stream()
        .map(record -> ClickReader.read(record.value(), Instant.ofEpochMilli(record.timestamp())))
        .filter(ReadResult.Accepted.class::isInstance)
        .map(result -> ((ReadResult.Accepted) result).click())
        .filter(click -> click.publisherId().equals(PUBLISHER))
        .toList();
  }

  private static void end(Process process) throws InterruptedException {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroy);
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      all.forEach(ProcessHandle::destroyForcibly);
    }
  }

  private static boolean isOnPath(String command) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
  }
}
