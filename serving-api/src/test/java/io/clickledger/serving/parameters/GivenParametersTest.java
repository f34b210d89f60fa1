package io.clickledger.serving.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.clickledger.http.ProblemException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
            "from must be a day as YYYY-MM-DD from 2023-01-01 to 2100-01-01, was");
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
    given.single("id");
    given.number("limit", 1, 9);

    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(given::refuseBad)
        .withMessageContaining("day is no parameter of this report; allowed: from, id, limit")
        .withMessageContaining("from is missing")
        .withMessageContaining("id must be given once, was a, b")
        .withMessageContaining("limit must be a number 1..9, was x");
  }

  @Test
  void refusesMoreValuesThanAStatementTakes() {
    String ids = IntStream.range(0, 201).mapToObj(i -> "id-" + i).collect(Collectors.joining(","));
    GivenParameters given = parameters(Map.of("id", List.of(ids)));

    given.filter("id", ValueForm.ID);

    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(given::refuseBad)
        .withMessageContaining("id must be at most 200, was 201 values");
  }

  @Test
  void takesCommasAndRepeatsForTheSameAndTheEmptyValueForUnknown() {
    GivenParameters given = parameters(Map.of("id", List.of("b,a", "", "a")));

    assertThat(given.filter("id", ValueForm.ID_OR_UNKNOWN)).containsExactly("", "a", "b");
    given.refuseBad();
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "a b", " a", "a,", ",", "a,,b", "a\u0000", "a'--", "a%", "ä"})
  void refusesAnIdThatNoRowHas(String id) {
    GivenParameters given = parameters(Map.of("id", List.of(id)));

    given.filter("id", ValueForm.ID_OR_UNKNOWN);

    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(given::refuseBad)
        .withMessageContaining("id must be an id: 1 to 64 of");
  }

  @Test
  void refusesTheEmptyValueWhereNoRowIsWithoutOne() {
    GivenParameters given = parameters(Map.of("id", List.of("")));

    given.filter("id", ValueForm.ID);

    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(given::refuseBad)
        .withMessageContaining("was empty");
  }

  @Test
  void namesEachParameterThatIsNotPercentEncoded() {
    assertThat(QueryString.parameters("a=%41+b&a=c&d"))
        .isEqualTo(Map.of("a", List.of("A b", "c"), "d", List.of("")));
    for (String bad : List.of("%", "%4", "%zz", "50%", "%-1")) {
      assertThatExceptionOfType(ProblemException.class)
          .as(bad)
          .isThrownBy(() -> QueryString.parameters("from=2026-01-01&id=" + bad))
          .satisfies(refused -> assertThat(refused.problem().status()).isEqualTo(400))
          .withMessageContaining("id must be percent-encoded: a % is written as %25, was " + bad);
    }
  }

  private static GivenParameters parameters(Map<String, List<String>> given) {
    return new GivenParameters(given, List.of("from", "id", "limit"));
  }
}
