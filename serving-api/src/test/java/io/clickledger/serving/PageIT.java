package io.clickledger.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.clickledger.serving.access.Issuer;
import io.clickledger.serving.lake.Lake;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, on a real lake. */
class PageIT {

  private static final List<String> BROWSERS =
      List.of("chromium", "chromium-browser", "google-chrome");

  @TempDir Path folder;

  private String browser;

  @BeforeEach
  void findBrowser() {
    Optional<String> found = BROWSERS.stream().filter(PageIT::isOnPath).findFirst();
    if (found.isEmpty()) {
      String loud =
          "PAGE NOT TESTED: no browser of " + BROWSERS + " is here; apt-get install chromium";
      if ("true".equals(System.getenv("CI"))) {
        fail(loud);
      }
      System.err.println("\n!!! " + loud + "\n");
      Assumptions.abort(loud);
    }
    browser = found.orElseThrow();
  }

  @Test
  void showsWhatTheApiSays() {
    Lake lake = Lake.shared();
    try (Api api = Api.start(lake.url(), Lake.NOW)) {
      String day = "/v1/reports/clicks?from=2026-11-01&to=2026-11-02&measures=valid_clicks";
      String valid = api.json(day).at("/rows/0/valid_clicks").asText();

      String page = page(api, 15);

      assertThat(page).doesNotContain("The API does not answer");
      assertThat(textOf(page, "id=\"today\".*?data-measure=\"valid_clicks\"")).isEqualTo(valid);
      assertThat(textOf(page, "id=\"today\".*?data-finality=\"provisional\""))
          .isEqualTo("provisional");
      assertThat(textOf(page, "id=\"through\"")).isEqualTo("Fri 30 Oct, 00:00");
      assertThat(textOf(page, "id=\"publication\"")).isEqualTo("№ 1");
      assertThat(page)
          .containsPattern("last 60 minutes: [1-9][0-9]* in all")
          .contains("final until Fri 30 Oct, 00:00")
          .contains("camp-1", "unknown ads");
      assertThat(textOf(page, "id=\"freshness-text\"")).contains("behind");
      assertThat(page).containsPattern("id=\"alert\"[^>]*hidden");
    }
  }

  @Test
  void showsNamesAsTextWithTheirIdsBelow() {
    Lake lake = Lake.shared();
    try (Api api = Api.start(lake.url(), Lake.NOW, lake.metadata())) {
      String page = page(api, 15);

      assertThat(page)
          .containsPattern(
              ">&lt;img src=x onerror=alert\\(1\\)&gt;</span><span class=\"id\">camp-1</span>")
          .containsPattern(">Winter</span><span class=\"id\">camp-3</span>")
          .doesNotContainPattern(">\\s*<img src=\"?x");
      assertThat(textOf(page, "class=\"of unknown\"")).isEqualTo("unknown ads");
    }
  }

  @Test
  void showsThatAFinalDayIsOpenAndByHowMuchItMoved() {
    Lake lake = Lake.shared();
    // The restated day is yesterday.
    try (Api api = Api.start(lake.url(), Instant.parse("2026-10-26T12:00:00Z"))) {
      String page = page(api, 15);

      assertThat(textOf(page, "id=\"yesterday\".*?data-finality=\"restated\""))
          .isEqualTo("restated, open");
      assertThat(textOf(page, "id=\"restated\""))
          .isEqualTo("Restated 2026-10-25 (revision 2): +1 valid, by late clicks, rules");
      assertThat(textOf(page, "id=\"closed-before\"")).isEqualTo("2026-10-25");
    }
  }

  @Test
  void showsThatNothingWasCountedYet() {
    Lake lake = Lake.shared();
    // Two years on, the lake has nothing of the last days.
    try (Api api = Api.start(lake.url(), Lake.NOW.plus(Duration.ofDays(700)))) {
      String page = page(api, 15);

      assertThat(page).containsPattern("<section class=\"empty\" id=\"empty\" aria");
      assertThat(page).containsPattern("<p class=\"nothing\" id=\"minutes-nothing\">");
    }
  }

  @Test
  void saysInThePageThatTheLakeDoesNotAnswer() {
    Instant now = Instant.parse("2026-11-21T12:00:00Z");
    try (Api api = Api.start("jdbc:trino://127.0.0.1:1/lake", now)) {
      String page = page(api, 3);

      assertThat(textOf(page, "id=\"alert\"")).contains("The lake does not answer");
      assertThat(textOf(page, "id=\"freshness-text\"")).isEqualTo("Not connected");
    }
  }

  @Test
  void asksForAKeyWhereThereIsNone() {
    try (Api api = Api.start("jdbc:trino://127.0.0.1:1/lake", Lake.NOW)) {
      String page = page(api, 3, "/");

      assertThat(textOf(page, "id=\"sign-in-note\"")).isEqualTo("Sign in with a key.");
      assertThat(page)
          .doesNotContainPattern("id=\"sign-in\"[^>]*hidden")
          .containsPattern("class=\"totals\"[^>]*hidden");

      String wrong = page(api, 3, "/#key=clk_aaaaaaaaaaaa_" + "a".repeat(43));
      assertThat(textOf(wrong, "id=\"sign-in-note\"")).contains("not valid");
    }
  }

  @Test
  void showsAPublisherWhatItMaySeeAndNoError() {
    Lake lake = Lake.shared();
    try (Api api = Api.start(lake.url(), Lake.NOW)) {
      String key = Issuer.shared().token("publisher", "pub-1");
      String day =
          "/v1/reports/clicks?from=2026-11-01&to=2026-11-02&measures=valid_clicks&publisher_id=pub-1";
      String valid = api.json(day).at("/rows/0/valid_clicks").asText();

      String page = page(api, 15, "/#key=" + key);

      assertThat(textOf(page, "id=\"who\"")).isEqualTo("publisher pub-1");
      assertThat(textOf(page, "id=\"today\".*?data-measure=\"valid_clicks\"")).isEqualTo(valid);
      assertThat(page)
          .containsPattern("id=\"alert\"[^>]*hidden")
          .containsPattern("id=\"campaigns-card\"[^>]*hidden")
          .containsPattern("id=\"sign-in\"[^>]*hidden")
          .doesNotContain("adv-", "camp-", key);
    }
  }

  @Test
  void describesTheApiWithoutAKeyAndWithoutAnotherHost() throws IOException {
    try (Api api = Api.start("jdbc:trino://127.0.0.1:1/lake", Lake.NOW)) {
      String page = page(api, 15, "/docs");

      assertThat(page).contains("Clickledger reports and books");
      assertThat(Contract.read().paths()).allMatch(path -> page.contains("data-path=\"" + path));
      // What the policy refuses, a request to another host for instance, would be a line too.
      assertThat(Files.readString(folder.resolve("errors"))).doesNotContain("CONSOLE");
    }
  }

  /** The page of an admin. */
  private String page(Api api, int seconds) {
    return page(api, seconds, "/#key=" + Issuer.shared().token("admin"));
  }

  /** The page as the browser has it after so many seconds, its errors at the end. */
  private String page(Api api, int seconds, String path) {
    try {
      Path errors = folder.resolve("errors");
      Path page = folder.resolve("page");
      List<String> command = new ArrayList<>(List.of(browser));
      command.addAll(
          List.of(
              "--headless",
              "--no-sandbox",
              "--disable-gpu",
              "--disable-background-networking",
              "--disable-component-update",
              "--disable-sync",
              "--no-first-run",
              "--enable-logging=stderr",
              "--user-data-dir=" + Files.createTempDirectory(folder, "profile"),
              "--virtual-time-budget=" + seconds * 1000,
              "--dump-dom",
              api.uri(path).toString()));
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().put("TZ", "UTC");
      Process process =
          builder.redirectOutput(page.toFile()).redirectError(errors.toFile()).start();
      if (!process.waitFor(90, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        fail("the browser did not end: " + Files.readString(errors));
      }
      String scriptErrors =
          Files.readString(errors)
              .lines()
              .filter(line -> line.contains("CONSOLE") && line.contains("Error"))
              .reduce("", (all, line) -> all + line + "\n");
      assertThat(scriptErrors).isEmpty();
      return Files.readString(page, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String textOf(String page, String elementWith) {
    Matcher matcher = Pattern.compile("(?s)" + elementWith + "[^>]*>([^<]*)<").matcher(page);
    assertThat(matcher.find()).as(elementWith).isTrue();
    return matcher.group(1);
  }

  private static boolean isOnPath(String command) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
  }
}
