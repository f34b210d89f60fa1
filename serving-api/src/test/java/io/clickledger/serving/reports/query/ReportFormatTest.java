package io.clickledger.serving.reports.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportFormatTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "none | JSON",
        "*/* | JSON",
        "text/csv | CSV",
        "text/csv;q=0.5, application/json | JSON",
        "application/json;q=0.1, text/csv;q=0.9 | CSV",
        "text/*, */*;q=0.1 | CSV",
        "image/png | JSON",
      })
  void isTheOneThatTheAcceptHeaderPrefers(String accept, ReportFormat format) {
    assertThat(ReportFormat.of(List.of(), accept)).isEqualTo(format);
  }

  @Test
  void isTheOneOfTheParameterWhateverTheHeaderSays() {
    assertThat(ReportFormat.of(List.of("csv"), "application/json")).isEqualTo(ReportFormat.CSV);
    assertThat(ReportFormat.of(List.of("json"), "text/csv")).isEqualTo(ReportFormat.JSON);
  }
}
