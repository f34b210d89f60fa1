package io.clickledger.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickledger.serving.lake.BookedRows;
import io.clickledger.serving.lake.Lake;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The books over HTTP, of a lake that has September closed and October open. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BooksIT {
  private static final String MONTHS = "from=2026-09-01&to=2026-11-01";
  private static final String LEDGER = "/v1/ledger?" + MONTHS;

  private Lake lake;
  private Api api;

  @BeforeAll
  void start() {
    lake = Lake.shared();
    api =
        Api.start(
            lake.url(), Lake.NOW, lake.metadataAnd("reports.pin-age=0ms", ReportsIT.NO_WINDOW));
  }

  @AfterAll
  void stop() {
    api.close();
  }

  @Test
  void listsEntriesAsTheyWerePublished() {
    JsonNode answer = api.json(LEDGER);

    assertThat(answer.path("publication_id").asLong()).isPositive();
    assertThat(answer.path("entries")).hasSize(17);
    JsonNode first = answer.path("entries").get(0);
    assertThat(first.path("billing_day").asText()).isEqualTo("2026-09-30");
    assertThat(first.path("account").asText()).isEqualTo("ADVERTISER_RECEIVABLE");
    assertThat(answer.path("next_cursor").isNull()).isTrue();
    assertThat(sum(answer, "debit")).isEqualByComparingTo(sum(answer, "credit"));
  }

  @Test
  void writesMoneyAsTextThatLosesNoDigit() {
    JsonNode entry = api.json(LEDGER + "&publisher_id=pub-0&account=ADVERTISER_RECEIVABLE&limit=1");

    assertThat(entry.at("/entries/0/debit").isTextual()).isTrue();
    assertThat(entry.at("/entries/0/debit").asText())
        .isEqualTo("9007199254.740993")
        .isEqualTo(BigDecimal.valueOf(BookedRows.HUGE, 6).toPlainString());
  }

  @Test
  void turnsPagesUntilTheLastOfOnePublication() throws SQLException {
    JsonNode whole = api.json(LEDGER);
    List<JsonNode> entries = new ArrayList<>();

    JsonNode page = api.json(LEDGER + "&limit=5");
    page.path("entries").forEach(entries::add);
    // What is published between two pages does not move rows.
    lake.publish(9);
    try {
      while (!page.path("next_cursor").isNull()) {
        page = api.json(LEDGER + "&limit=5&cursor=" + page.path("next_cursor").asText());
        page.path("entries").forEach(entries::add);
        assertThat(page.path("publication_id")).isEqualTo(whole.path("publication_id"));
      }
    } finally {
      lake.execute("DELETE FROM billing.publications WHERE publication_id = 9");
    }

    assertThat(entries).hasSize(17).containsExactlyElementsOf(whole.path("entries"));
  }

  @Test
  void answersFromAnEarlierPublicationOrNamesTheNearest() {
    assertThat(api.json(LEDGER + "&publication_id=1").path("entries")).hasSize(17);

    HttpResponse<String> gone = api.get(LEDGER + "&publication_id=77");

    assertThat(gone.statusCode()).isEqualTo(410);
    assertThat(Api.json(gone).path("nearest_publication_id").asLong()).isEqualTo(1);
  }

  @Test
  void listsAdjustmentsByTheDayTheyAreBookedOn() {
    JsonNode answer = api.json("/v1/adjustments?from=2026-10-01&to=2026-11-01");

    assertThat(answer.path("adjustments")).hasSize(3);
    assertThat(answer.at("/adjustments/0/causes").toString())
        .isEqualTo("[\"LATE_CLICKS\",\"VOIDED_CLICKS\"]");
    assertThat(answer.at("/adjustments/0/clicks").asLong()).isEqualTo(-1);
    assertThat(api.json("/v1/adjustments?from=2026-09-01&to=2026-10-01").path("adjustments"))
        .isEmpty();
  }

  @Test
  void saysWhichPeriodsAreClosedAndWhichAreOpen() {
    JsonNode periods = api.json("/v1/periods?" + MONTHS).path("periods");

    assertThat(periods)
        .extracting(
            period ->
                period.path("month").asText()
                    + " "
                    + period.path("advertiser_id").asText()
                    + " "
                    + period.path("state").asText())
        .containsExactly(
            "2026-09 adv-1 CLOSED",
            "2026-09 adv-2 CLOSED",
            "2026-10 adv-1 OPEN",
            "2026-10 adv-2 OPEN");
    assertThat(periods.get(0).path("closed_at").asText()).startsWith("2026-10-05T03:00:00");
    assertThat(periods.get(2).path("closed_at").isNull()).isTrue();
  }

  @Test
  void addsUpDifferencesByCause() {
    JsonNode differences = api.json("/v1/reconciliation?" + MONTHS).path("differences");

    assertThat(differences).hasSize(2);
    assertThat(differences.get(0).path("cause").asText()).isEqualTo("METADATA");
    assertThat(differences.get(0).path("cost_difference").asText()).isEqualTo("-9007199254.740993");
    assertThat(differences.get(1).path("difference").asLong()).isEqualTo(5);
    assertThat(differences.get(1).path("hours").asLong()).isEqualTo(2);
    assertThat(api.json("/v1/reconciliation?" + MONTHS + "&cause=UNEXPLAINED").path("differences"))
        .isEmpty();
  }

  @Test
  void saysWhatARunReadAndWhatItPublished() {
    JsonNode run = api.json("/v1/runs").at("/runs/0");
    JsonNode publication = api.json("/v1/publications").at("/publications/0");

    assertThat(run.path("run_id").asText()).isEqualTo("run");
    assertThat(run.path("raw_offsets").toString()).isEqualTo("[\"0:10\",\"1:20\"]");
    assertThat(run.path("raw_snapshot_id").asText()).isEqualTo("" + BookedRows.HUGE);
    assertThat(publication.path("run_id").asText()).isEqualTo("run");
    assertThat(publication.path("snapshot_ids").toString()).contains("billing.ledger=");
    assertThat(publication.path("closed_days").toString()).isEqualTo("[\"2026-10-28\"]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/ledger?from=2026-10-01 | to",
        "/v1/ledger?from=2026-10-01&to=2026-10-01 | to",
        "/v1/ledger?from=2026-10-01&to=2026-10-02&account=CASH | account",
        "/v1/ledger?from=2026-10-01&to=2026-10-02&campaign_id=a%20b | campaign_id",
        "/v1/ledger?from=2026-10-01&to=2026-10-02&limit=10001 | limit",
        "/v1/ledger?from=2026-10-01&to=2026-10-02&cursor=x | cursor",
        "/v1/ledger?from=2026-10-01&to=2026-10-02&cause=RULES | cause",
        "/v1/reconciliation?from=2026-10-01&to=2026-10-02&measure=clicks | measure",
        "/v1/runs?from=2026-10-01 | from",
        "/v1/publications?publication_id=0 | publication_id",
      })
  void namesWhatNoBooksHave(String path, String parameter) {
    HttpResponse<String> answer = api.get(path);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(Api.json(answer).path("errors"))
        .extracting(error -> error.path("parameter").asText())
        .containsExactly(parameter);
  }

  private static BigDecimal sum(JsonNode answer, String side) {
    BigDecimal sum = BigDecimal.ZERO;
    for (JsonNode entry : answer.path("entries")) {
      sum = sum.add(new BigDecimal(entry.path(side).asText()));
    }
    return sum;
  }
}
