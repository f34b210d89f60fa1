package io.clickledger.serving.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.clickledger.http.ProblemException;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GivenParametersTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2022-12-31",
        "2100-01-02",
        "+12345-01-01",
        "-0001-01-01",
        "2026-02-30",
        "today",
        ""
      })
  void refusesADayThatNoReportHas(String text) {
    GivenParameters given = parameters(Map.of("from", List.of(text)));

    assertThat(given.day("from")).isEmpty();
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(given::refuseBad)
        .withMessageContaining(
            "from must be a UTC day as YYYY-MM-DD from 2023-01-01 to 2100-01-01, was");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2023-01-01", "2026-11-20", "2100-01-01"})
  void takesEveryDayThatReportsHave(String text) {
    GivenParameters given = parameters(Map.of("from", List.of(text)));

    assertThat(given.day("from")).contains(LocalDate.parse(text));
    given.refuseBad();
  }

  @Test
  void namesAllThatIsBadAtOnce() {
    GivenParameters given =
        parameters(
            Map.of(
                "day", List.of("2026-11-20"),
                "id", List.of("a", "b"),
                "limit", List.of("x")));

    given.day("from");
    given.singleFilter("id");
    given.number("limit", 1, 9);

    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(given::refuseBad)
        .withMessageContaining("day is no parameter of this report; allowed: from, id, limit")
        .withMessageContaining("from is missing")
        .withMessageContaining("id must be given once, was a, b")
        .withMessageContaining("limit must be a number 1..9, was x");
  }

  @Test
  void refusesMoreValuesAndLongerOnesThanAStatementTakes() {
    GivenParameters given =
        parameters(Map.of("id", Collections.nCopies(201, "a"), "from", List.of("b".repeat(257))));

    given.filter("id");
    given.singleFilter("from");

    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(given::refuseBad)
        .withMessageContaining("id must be given at most 200 times, was 201 values")
        .withMessageContaining("from must be at most 256 characters");
  }

  private static GivenParameters parameters(Map<String, List<String>> given) {
    return new GivenParameters(given, List.of("from", "id", "limit"));
  }
}
