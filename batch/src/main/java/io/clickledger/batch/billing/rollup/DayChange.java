package io.clickledger.batch.billing.rollup;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
import java.math.BigDecimal;
import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The change of one day by a billing run: its published sums and its newly computed ones.
 *
 * @param causes why it changes; empty where it was not final before
 */
public record DayChange(
    LocalDate day, SortedSet<Restatement.Cause> causes, Sums before, Sums after) {
  private static final int MICROS_DIGITS = 6;
  private static final int CENTS_DIGITS = 2;

  /**
   * Sums of one day.
   *
   * @param costMicros by currency
   */
  public record Sums(long grossClicks, long validClicks, SortedMap<String, Long> costMicros) {
    static final Sums NONE = new Sums(0, 0, new TreeMap<>());

    private Sums plus(Row row) {
      SortedMap<String, Long> cost = new TreeMap<>(costMicros);
      long micros = row.getAs(ClickMeasures.COST_MICROS);
      if (micros != 0) {
        cost.merge(row.getAs(ClickDimensions.CURRENCY), micros, Math::addExact);
      }
      return new Sums(
          grossClicks + row.<Long>getAs(ClickMeasures.GROSS_CLICKS),
          validClicks + row.<Long>getAs(ClickMeasures.VALID_CLICKS),
          cost);
    }
  }

  /**
   * The changes of the days.
   *
   * @param published rows of billing.clicks_by_day as readers see them
   * @param computed the same days' rows as this billing run has them
   */
  public static List<DayChange> of(
      SortedSet<LocalDate> days,
      List<Restatement> restatements,
      Dataset<Row> published,
      Dataset<Row> computed) {
    if (days.isEmpty()) {
      return List.of();
    }
    Map<LocalDate, SortedSet<Restatement.Cause>> causes =
        restatements.stream().collect(Collectors.toMap(Restatement::day, Restatement::causes));
    Map<LocalDate, Sums> before = sums(published);
    Map<LocalDate, Sums> after = sums(computed);
    return days.stream()
        .map(
            day ->
                new DayChange(
                    day,
                    causes.getOrDefault(day, new TreeSet<>()),
                    before.getOrDefault(day, Sums.NONE),
                    after.getOrDefault(day, Sums.NONE)))
        .toList();
  }

  private static Map<LocalDate, Sums> sums(Dataset<Row> rows) {
    Map<LocalDate, Sums> sums = new TreeMap<>();
    rows.groupBy(
            col(BillingClicksByDay.DAY),
            coalesce(col(ClickDimensions.CURRENCY), lit("")).as(ClickDimensions.CURRENCY))
        .agg(
            sum(ClickMeasures.GROSS_CLICKS).as(ClickMeasures.GROSS_CLICKS),
            sum(ClickMeasures.VALID_CLICKS).as(ClickMeasures.VALID_CLICKS),
            sum(ClickMeasures.COST_MICROS).as(ClickMeasures.COST_MICROS))
        .collectAsList()
        .forEach(
            row ->
                sums.merge(
                    row.<Date>getAs(BillingClicksByDay.DAY).toLocalDate(),
                    Sums.NONE.plus(row),
                    (sum, more) -> sum.plus(row)));
    return sums;
  }

  /** The changes as a table for people, a line each; empty for none. */
  public static String table(List<DayChange> changes) {
    if (changes.isEmpty()) {
      return "";
    }
    List<String> lines = new ArrayList<>();
    lines.add(line("day", "gross clicks", "valid clicks", "because of", "cost"));
    for (DayChange change : changes) {
      lines.add(
          line(
              change.day.toString(),
              count(change.before.grossClicks, change.after.grossClicks),
              count(change.before.validClicks, change.after.validClicks),
              change.cause(),
              change.cost()));
    }
    return String.join("\n", lines);
  }

  private static String line(Object... cells) {
    return String.format(Locale.ROOT, "  %-10s  %26s  %26s  %-22s  %s", cells).stripTrailing();
  }

  private static String count(long before, long after) {
    return before == after
        ? String.format(Locale.ROOT, "%,d", after)
        : String.format(Locale.ROOT, "%,d -> %,d", before, after);
  }

  private String cause() {
    return causes.isEmpty()
        ? "its first publication"
        : causes.stream()
            .map(cause -> cause.name().toLowerCase(Locale.ROOT).replace('_', ' '))
            .collect(Collectors.joining(", "));
  }

  private String cost() {
    SortedSet<String> currencies = new TreeSet<>(before.costMicros.keySet());
    currencies.addAll(after.costMicros.keySet());
    return currencies.stream()
        .map(
            currency -> {
              long from = before.costMicros.getOrDefault(currency, 0L);
              long to = after.costMicros.getOrDefault(currency, 0L);
              String moved = from == to ? "" : money(from) + " -> ";
              return moved + money(to) + " " + currency;
            })
        .collect(Collectors.joining(", "));
  }

  private static String money(long micros) {
    BigDecimal amount = BigDecimal.valueOf(micros, MICROS_DIGITS).stripTrailingZeros();
    return amount.setScale(Math.max(amount.scale(), CENTS_DIGITS)).toPlainString();
  }
}
