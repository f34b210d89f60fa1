package io.clickledger.serving.reports.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.serving.pins.Freshness;
import io.clickledger.serving.pins.Pin;
import io.clickledger.serving.reports.plan.Basis;
import io.clickledger.serving.reports.plan.Finality;
import io.clickledger.serving.reports.plan.ReportAnswer;
import io.clickledger.serving.reports.plan.ReportPlan;
import io.clickledger.serving.reports.plan.ReportRow;
import io.clickledger.serving.reports.plan.ReportRows;
import io.clickledger.serving.reports.query.ReportParameters;
import io.clickledger.serving.reports.query.ReportQuery;
import io.clickledger.serving.reports.query.ReportSettings;
import io.clickledger.serving.reports.query.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportCsvTest {

  private static final Instant NOW = Instant.parse("2026-11-21T14:37:12Z");

  @Test
  void quotesWhatMustBeAndDisarmsFormulas() {
    String csv = csv(List.of(Arrays.asList("a,\"b\"", null), List.of("=HYPERLINK(1)", "@x")));

    assertThat(csv)
        .isEqualTo(
            """
            start,end,campaign_id,device_type,gross_clicks,finality,basis,revision,open\r
            2026-11-20T00:00:00Z,2026-11-21T00:00:00Z,"a,""b\""",,5,restated,final,2,true\r
            2026-11-20T00:00:00Z,2026-11-21T00:00:00Z,'=HYPERLINK(1),'@x,5,restated,final,2,true\r
            """);
  }

  private static String csv(List<List<String>> values) {
    ReportQuery query =
        ReportParameters.parse(
            Map.of(
                "from", List.of("2026-11-20"),
                "to", List.of("2026-11-21"),
                "group_by", List.of("campaign_id,device_type"),
                "measures", List.of("gross_clicks")),
            new ReportSettings(
                Duration.ZERO, 10, 10, 10, Duration.ofDays(35), 10, Duration.ofSeconds(5), 1),
            NOW,
            Scope.ALL);
    List<ReportRow> rows =
        values.stream()
            .map(row -> new ReportRow(0, row, List.of(5L), Finality.RESTATED, Basis.FINAL, 2, true))
            .toList();
    return ReportCsv.write(
        new ReportAnswer(
            ReportPlan.of(query, new Pin(NOW, 1, Optional.empty())),
            new Pin(NOW, 1, Optional.empty()),
            new Freshness(Optional.empty(), 0),
            new ReportRows(rows, false, List.of()),
            false),
        NameColumns.NONE);
  }
}
