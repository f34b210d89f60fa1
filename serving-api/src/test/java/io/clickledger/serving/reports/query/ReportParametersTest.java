package io.clickledger.serving.reports.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.clickledger.http.ProblemException;
import io.clickledger.serving.parameters.BadParameter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportParametersTest {

  private static final Instant NOW = Instant.parse("2026-11-21T14:37:12Z");
  private static final ReportSettings SETTINGS =
      new ReportSettings(
          Duration.ofSeconds(1),
          1000,
          2000,
          1000,
          Duration.ofDays(35),
          400,
          Duration.ofSeconds(5),
          1);
  private static final Map<String, List<String>> DAY =
      Map.of("from", List.of("2026-11-20"), "to", List.of("2026-11-21"));

  @Test
  void asksForAllButUniqueUsersAndForCurrencyByDefault() {
    ReportQuery query = parse(DAY);

    assertThat(query.granularity()).isEqualTo(Granularity.TOTAL);
    assertThat(query.measures()).hasSize(6).doesNotContain(Measure.UNIQUE_USERS);
    assertThat(query.groupBy()).containsExactly(Dimension.CURRENCY);
    assertThat(query.limit()).isEmpty();
  }

  @Test
  void addsNoCurrencyWhereNoCostIsAsked() {
    ReportQuery query =
        parse(with("measures", "valid_clicks,gross_clicks", "group_by", "ad_id", "ad_id", "a"));

    assertThat(query.groupBy()).containsExactly(Dimension.AD_ID);
    assertThat(query.measures()).containsExactly(Measure.GROSS_CLICKS, Measure.VALID_CLICKS);
    assertThat(query.filters()).isEqualTo(Map.of(Dimension.AD_ID, Set.of("a")));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-20, Europe/Berlin, 2026-11-19T23:00:00Z",
    "2026-11-20T06:00, Asia/Kathmandu, 2026-11-20T00:15:00Z",
    "2026-11-20T06:00:00Z, Asia/Kathmandu, 2026-11-20T06:00:00Z",
    "2026-11-20T06:00:00+01:00, UTC, 2026-11-20T05:00:00Z",
    // A + that was not encoded arrives as a space.
    "2026-11-20T06:00:00 01:00, UTC, 2026-11-20T05:00:00Z",
    "2026-10-25T02:30:00+01:00, Europe/Berlin, 2026-10-25T01:30:00Z",
  })
  void readsInstantsAndLocalTimes(String given, String zone, Instant meant) {
    ReportQuery query = parse(with("from", given, "time_zone", zone));

    assertThat(query.from()).isEqualTo(meant);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "from | yesterday | from must be an instant",
        "from | 2026-11-20T00:07:00Z | whole quarter of an hour",
        "from | 1999-01-01 | from must be from 2023-01-01",
        "from | 2026-11-22 | to must be after from",
        "from | 2026-11-20T06:00:00+01:00:00:00 | from must be an instant",
        "granularity | week | granularity must be one of minute, hour, day, total, was week",
        "time_zone | europe/berlin | did you mean Europe/Berlin?",
        "time_zone | +02:00 | an IANA time zone",
        "group_by | user_id | group_by must be one of advertiser_id, campaign_id",
        "measures | clicks | measures must be one of gross_clicks",
        "order_by | ad_id | order_by must be one of start, currency",
        "order_by | -unique_users | order_by must be one of",
        "limit | 5000 | limit must be a number 1..1000, was 5000",
        "limit | many | limit must be a number",
        "format | xml | format must be one of json, csv",
        "campaign_id | a b | campaign_id must be an id",
        "not_campaign_id | a%b | not_campaign_id must be an id",
        "ad_id | '' | ad_id must be an id",
        "geo_country | de | geo_country must be a country as ISO 3166-1 alpha-2",
        "currency | Euro | currency must be a currency as ISO 4217",
        "device_type | phone | device_type must be one of DESKTOP, PHONE",
        "totals | yes | totals must be one of true, false",
        "groupby | ad_id | groupby is no parameter of this report",
      })
  void saysWhatIsWrongWithAParameter(String name, String value, String detail) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> parse(with(name, value)))
        .satisfies(refused -> assertThat(refused.problem().status()).isEqualTo(400))
        .withMessageContaining(detail);
  }

  @Test
  void refusesATimeThatClocksSkipAndOneThatTheyShowTwice() {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> parse(with("from", "2026-03-29T02:30", "time_zone", "Europe/Berlin")))
        .withMessageContaining("they skip this one");
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> parse(with("from", "2026-10-25T02:30", "time_zone", "Europe/Berlin")))
        .withMessageContaining("2026-10-25T02:30+02:00 or 2026-10-25T02:30+01:00");
  }

  @Test
  void takesWholeMinutesAtMostThirtyFiveDaysBackForMinutes() {
    assertThat(parse(with("from", "2026-11-20T23:07:00Z", "granularity", "minute")).from())
        .isEqualTo("2026-11-20T23:07:00Z");
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(
            () -> parse(with("from", "2026-10-01", "to", "2026-10-02", "granularity", "minute")))
        .withMessageContaining("at or after 2026-10-17T14:37:00Z");
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> parse(with("from", "2026-11-10", "granularity", "minute")))
        .withMessageContaining("15840 periods");
  }

  @Test
  void takesNamesOrNoneAndKeepsThemOutOfTheQuery() {
    assertThat(parse(with("names", "true"))).isEqualTo(parse(DAY));
    assertThat(ReportParameters.wantsNames(with("names", "true"))).isTrue();
    assertThat(ReportParameters.wantsNames(with("names", "false"))).isFalse();
    assertThat(ReportParameters.wantsNames(DAY)).isFalse();
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> parse(with("names", "yes")))
        .withMessageContaining("names must be one of true, false, was yes");
  }

  @Test
  void namesAllBadParametersAtOnce() {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(
            () ->
                ReportParameters.parse(
                    Map.of("granularity", List.of("week"), "limit", List.of("0")),
                    SETTINGS,
                    NOW,
                    Scope.ALL))
        .satisfies(
            refused ->
                assertThat(refused.problem().members().get("errors"))
                    .asInstanceOf(
                        org.assertj.core.api.InstanceOfAssertFactories.list(BadParameter.class))
                    .extracting(BadParameter::parameter)
                    .containsExactlyInAnyOrder("from", "to", "granularity", "limit"));
  }

  @ParameterizedTest
  @CsvSource({
    "2023-01-01, 2100-01-01, Europe/Berlin",
    "2023-01-01, 2100-01-01, Pacific/Kiritimati",
    "2023-01-01, 2100-01-01, America/New_York",
    "2023-01-01, 2100-01-01, Etc/GMT+12",
    "2023-01-01, 2100-01-01, UTC",
  })
  void takesTheFirstAndTheLastDayInEveryZone(String from, String to, String zone) {
    ReportQuery query = parse(with("from", from, "to", to, "time_zone", zone));

    assertThat(query.from().atZone(query.zone()).toLocalDate()).isEqualTo(from);
    assertThat(query.to().atZone(query.zone()).toLocalDate()).isEqualTo(to);
  }

  @Test
  void takesValuesWantedAndNotWanted() {
    ReportQuery query =
        parse(with("campaign_id", "b,a", "not_geo_country", "DE,FR", "not_device_type", ""));

    assertThat(query.filters()).isEqualTo(Map.of(Dimension.CAMPAIGN_ID, Set.of("a", "b")));
    assertThat(query.exclusions())
        .isEqualTo(
            Map.of(Dimension.GEO_COUNTRY, Set.of("DE", "FR"), Dimension.DEVICE_TYPE, Set.of("")));
  }

  @Test
  void showsAPublisherNoColumnOfOthersByLeavingValuesOut() {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(
            () ->
                ReportParameters.parse(
                    with("not_advertiser_id", "a", "measures", "valid_clicks"),
                    SETTINGS,
                    NOW,
                    Scope.publishers(Set.of("p"))))
        .satisfies(refused -> assertThat(refused.problem().status()).isEqualTo(403));
  }

  @Test
  void takesTotalsButNotOfMinutes() {
    assertThat(parse(with("totals", "true"))).isEqualTo(parse(DAY));
    assertThat(ReportParameters.wantsTotals(with("totals", "true"))).isTrue();
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> parse(with("totals", "true", "granularity", "minute")))
        .withMessageContaining("totals must be false where granularity=minute");
  }

  @Test
  void takesTheSameFilterInAnotherOrderForTheSameQuery() {
    Map<String, List<String>> one = with("ad_id", "a");
    Map<String, List<String>> other = with("ad_id", "b");
    one.put("ad_id", List.of("a", "b"));
    other.put("ad_id", List.of("b", "a", "b"));

    assertThat(parse(one)).isEqualTo(parse(other));
  }

  private static ReportQuery parse(Map<String, List<String>> given) {
    return ReportParameters.parse(given, SETTINGS, NOW, Scope.ALL);
  }

  private static Map<String, List<String>> with(String... namesAndValues) {
    Map<String, List<String>> given = new TreeMap<>(DAY);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      given.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
    }
    return given;
  }
}
