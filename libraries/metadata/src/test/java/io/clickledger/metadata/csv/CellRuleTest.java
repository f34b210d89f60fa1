package io.clickledger.metadata.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CellRuleTest {

  private static final Map<String, CellRule> RULES =
      Map.of(
          "id", CellRule.id(),
          "name", CellRule.name(),
          "zone", CellRule.timeZone(),
          "currency", CellRule.currency(),
          "price", CellRule.micros(CellRule.MAX_PRICE_MICROS),
          "date", CellRule.date(),
          "percent", CellRule.percent(),
          "domain", CellRule.domain(),
          "instant", CellRule.instant());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "id | a.B_9:- | a.B_9:-",
        "name | Café \uD83D\uDE80 | Café \uD83D\uDE80",
        "zone | America/Argentina/Buenos_Aires | America/Argentina/Buenos_Aires",
        "zone | Etc/GMT+5 | Etc/GMT+5",
        "zone | UTC | UTC",
        "currency | JPY | JPY",
        "price | 0 | 0",
        "price | 0000007 | 7",
        "price | 1000000000000 | 1000000000000",
        "date | 2028-02-29 | 2028-02-29",
        "percent | 0 | 0.00",
        "percent | 072.5 | 72.50",
        "percent | 100.00 | 100.00",
        "domain | xn--bcher-kva.example | xn--bcher-kva.example",
        "instant | 1970-01-01T00:00Z | 1970-01-01T00:00:00Z",
        "instant | 2026-11-01T01:00:00.000001+01:00 | 2026-11-01T00:00:00.000001Z",
      })
  void givesWhatPostgresqlWouldPrint(String rule, String cell, String canonical) {
    assertThat(RULES.get(rule).canonical().apply(cell)).hasValue(canonical);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "id | a/b",
        "id | ä",
        "name | ' blank before'",
        "name | 'a\u2028b'",
        "name | 'a\u0000b'",
        "zone | CET",
        "zone | EST5EDT",
        "zone | europe/paris",
        "zone | +01:00",
        "currency | eur",
        "currency | XXX",
        "currency | XAU",
        "price | +1",
        "price | 1e6",
        "price | ١",
        "price | 1000000000001",
        "price | 9999999999999999999",
        "date | 2026-02-29",
        "date | 1969-12-31",
        "date | 26-02-01",
        "date | 01.02.2026",
        "percent | 100.01",
        "percent | 12.345",
        "percent | .5",
        "percent | -1",
        "domain | Example.com",
        "domain | example",
        "domain | -a.example",
        "domain | 127.0.0.1",
        "domain | example.com/x",
        "instant | 2026-11-01",
        "instant | 2026-11-01T00:00:00",
        "instant | 2026-11-01T00:00:00.0000001Z",
        "instant | 1969-12-31T23:59:59Z",
        "instant | 12026-01-01T00:00:00Z",
      })
  void refusesTheRest(String rule, String cell) {
    assertThat(RULES.get(rule).canonical().apply(cell)).isEmpty();
  }
}
