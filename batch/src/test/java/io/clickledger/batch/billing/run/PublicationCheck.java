package io.clickledger.batch.billing.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.batch.billing.rollup.ClickSums;
import io.clickledger.lake.publish.Publication;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.BillingRestatements;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.ClosedDays;
import io.clickledger.schemas.TableName;
import java.sql.Date;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Holds each publication against what was expected of its night, and against the one before. */
final class PublicationCheck {
  private final SparkSession spark;
  private final ExpectedPublications nights;

  /** Sums of each grain of clicks_by_day as its day was published first. */
  private final Map<String, List<Long>> firstPublished = new HashMap<>();

  private Map<String, String> quarterHoursBefore = Map.of();
  private Map<String, String> daysBefore = Map.of();
  private LocalDate seamBefore = LocalDate.EPOCH;
  private ClosedDays closedBefore = ClosedDays.NONE;

  PublicationCheck(SparkSession spark, ExpectedPublications nights) {
    this.spark = spark;
    this.nights = nights;
  }

  /** Everything that is promised of a publication. */
  void check(Publication publication, ExpectedPublications.Outcome expected) {
    assertThat(publication.through()).isEqualTo(expected.through());
    assertThat(publication.closed().before()).isEqualTo(nights.closedBefore());
    Map<String, String> quarterHours =
        FinalRows.of(rows(publication, BillingClicksByQuarterHour.TABLE), "quarter_hour");
    Map<String, String> days = FinalRows.of(rows(publication, BillingClicksByDay.TABLE), "day");
    assertThat(quarterHours)
        .isEqualTo(all(nights.days().values().stream().map(d -> d.quarterHours()).toList()));
    assertThat(days).isEqualTo(all(nights.days().values().stream().map(d -> d.day()).toList()));
    checkRestatements(publication, expected, quarterHours, days);
    checkRun(publication, expected);
    quarterHoursBefore = quarterHours;
    daysBefore = days;
    seamBefore = LocalDate.parse(publication.through().toString().substring(0, 10));
    closedBefore = publication.closed();
  }

  private void checkRestatements(
      Publication publication,
      ExpectedPublications.Outcome expected,
      Map<String, String> quarterHours,
      Map<String, String> days) {
    SortedSet<LocalDate> changed = changedDays(quarterHoursBefore, quarterHours);
    changed.addAll(changedDays(daysBefore, days));
    changed.removeIf(day -> !day.isBefore(seamBefore));
    assertThat(changed).noneMatch(closedBefore::contains);
    assertThat(publication.restatedDays()).containsExactlyElementsOf(changed);
    assertThat(expected.restated().keySet()).containsExactlyElementsOf(changed);

    Map<String, List<Long>> sums = new HashMap<>();
    days.forEach(
        (grain, measures) -> {
          if (!day(grain).isBefore(seamBefore)) {
            firstPublished.put(grain, numbers(measures));
          }
        });
    firstPublished.forEach(sums::put);
    SortedSet<LocalDate> explained = new TreeSet<>();
    for (Row row : rows(publication, BillingRestatements.TABLE).collectAsList()) {
      LocalDate day = row.<Date>getAs("day").toLocalDate();
      sums.merge(grain(day, row), numbers(row), PublicationCheck::sum);
      if (row.<String>getAs("run_id").equals(publication.runId())) {
        explained.add(day);
        assertThat(row.<Integer>getAs("revision")).isEqualTo(nights.days().get(day).revision());
        checkCauses(day, row.getList(row.fieldIndex("causes")), expected);
      }
    }
    assertThat(explained).isEqualTo(changed);
    sums.values().removeIf(measures -> measures.stream().allMatch(sum -> sum == 0));
    Map<String, List<Long>> published = new HashMap<>();
    days.forEach((grain, measures) -> published.put(grain, numbers(measures)));
    assertThat(sums).isEqualTo(published);
  }

  private void checkCauses(
      LocalDate day, Collection<String> causes, ExpectedPublications.Outcome expected) {
    boolean hadRows = daysBefore.keySet().stream().anyMatch(grain -> day(grain).equals(day));
    if (hadRows) {
      // Of a grain some of those of its day: not every late click is of its ad and publisher.
      assertThat(causes).isNotEmpty().isSubsetOf(expected.restated().get(day));
    } else {
      // No row says by which metadata and rules it was found to be empty.
      assertThat(causes).contains("LATE_CLICKS");
    }
  }

  private void checkRun(Publication publication, ExpectedPublications.Outcome expected) {
    Row run =
        spark
            .table("billing.runs")
            .where("run_id = '" + publication.runId() + "'")
            .collectAsList()
            .get(0);
    ExpectedPublications.Balance balance =
        new ExpectedPublications.Balance(
            run.getAs("landed_clicks"),
            run.getAs("published_clicks"),
            run.getAs("waiting_clicks"),
            run.getAs("clicks_after_close"));
    assertThat(balance).isEqualTo(expected.balance());
    assertThat(balance.landed())
        .isEqualTo(balance.published() + balance.waiting() + balance.afterClose());
    // Carried from publication to publication, and summed over all rows.
    assertThat(publication.totals().costMicros())
        .isEqualTo(ClickSums.of(rows(publication, BillingClicksByDay.TABLE)).costMicros());
    assertThat(run.<Date>getList(run.fieldIndex("days")).stream().map(Date::toLocalDate))
        .containsExactlyInAnyOrderElementsOf(expected.computed());
  }

  private Dataset<Row> rows(Publication publication, TableName table) {
    return spark
        .read()
        .option("snapshot-id", publication.snapshotOf(table))
        .table(table.toString());
  }

  private static SortedSet<LocalDate> changedDays(
      Map<String, String> before, Map<String, String> after) {
    SortedSet<LocalDate> changed = new TreeSet<>();
    before.forEach(
        (grain, measures) -> {
          if (!measures.equals(after.get(grain))) {
            changed.add(day(grain));
          }
        });
    after.keySet().stream()
        .filter(grain -> !before.containsKey(grain))
        .forEach(grain -> changed.add(day(grain)));
    return changed;
  }

  private static Map<String, String> all(Collection<Map<String, String>> parts) {
    Map<String, String> all = new TreeMap<>();
    parts.forEach(all::putAll);
    return all;
  }

  /** Grains begin with their time. */
  private static LocalDate day(String grain) {
    return LocalDate.parse(grain.substring(0, 10));
  }

  private static String grain(LocalDate day, Row row) {
    Object[] grain = new Object[ClickDimensions.ALL.size() + 1];
    grain[0] = day + "T00:00:00Z";
    for (int i = 0; i < ClickDimensions.ALL.size(); i++) {
      grain[i + 1] = row.getAs(ClickDimensions.ALL.get(i));
    }
    return Oracle.grain(grain);
  }

  private static List<Long> numbers(Row row) {
    return ClickMeasures.SUMS.stream().map(measure -> row.<Long>getAs(measure)).toList();
  }

  /** All but the last, the users, which do not add up. */
  private static List<Long> numbers(String measures) {
    return List.of(measures.split("/")).subList(0, ClickMeasures.SUMS.size()).stream()
        .map(Long::valueOf)
        .toList();
  }

  private static List<Long> sum(List<Long> one, List<Long> other) {
    Long[] sums = new Long[one.size()];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = one.get(i) + other.get(i);
    }
    return List.of(sums);
  }
}
