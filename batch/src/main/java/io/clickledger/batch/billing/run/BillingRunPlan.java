package io.clickledger.batch.billing.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.billing.branch.BillingRunBranch;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.input.NewIds;
import io.clickledger.batch.billing.input.RawClicksRead;
import io.clickledger.lake.publish.Publication;
import io.clickledger.programs.RefusedException;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.ClosedDays;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.functions;

/** Which days a billing run computes and how, and which ones stay closed with it. */
final class BillingRunPlan {
  private final BatchSettings.Billing settings;
  private final BillingRunOptions options;
  private final Optional<Publication> previous;

  /** The days that stay closed with this run. */
  private final ClosedDays closed;

  /**
   * @throws RefusedException where the options ask for what cannot be
   */
  BillingRunPlan(
      BatchSettings.Billing settings, BillingRunOptions options, Optional<Publication> previous) {
    this.settings = settings;
    this.options = options;
    this.previous = previous;
    ClosedDays before = previous.map(Publication::closed).orElse(ClosedDays.NONE);
    requireOpen(options.date(), before);
    requireFinal(options.closeDays());
    this.closed = before.with(before.before(), options.closeDays());
  }

  /**
   * The days of the run.
   *
   * @param lateClicks how many clicks of each final day landed since the publication before
   * @param newIds ads and publishers that the publication before did not know
   */
  BillingRunDays days(
      RawClicksRead raw,
      BillingRunBranch branch,
      SortedMap<LocalDate, Long> lateClicks,
      NewIds newIds) {
    SortedMap<LocalDate, Long> open = new TreeMap<>(lateClicks);
    open.keySet().removeIf(closed::contains);
    SortedSet<LocalDate> again = exceeding(branch, open);
    again.addAll(closing());
    again.addAll(ofNewIds(branch, newIds));
    if (options.task() instanceof BillingTask.ClosePeriod period) {
      again.addAll(judgedForPeriod(period.month()));
    }
    if (options.task() instanceof BillingTask.Reprocess range) {
      again.addAll(reprocessed(range));
    }
    return BillingRunDays.of(
        options.date(),
        previous,
        again,
        open.keySet(),
        previous.isPresent() ? options.date() : raw.firstDay().orElse(options.date()));
  }

  /** Days whose clicks that came late, now or since they were judged in full, exceed the share. */
  private SortedSet<LocalDate> exceeding(
      BillingRunBranch branch, SortedMap<LocalDate, Long> lateClicks) {
    Map<LocalDate, Long> inFull = new HashMap<>();
    Map<LocalDate, Long> late = new HashMap<>(lateClicks);
    // The rows of the least revision are those of the day as it was judged in full.
    publishedClicks(branch, lateClicks.keySet())
        .forEach(
            (day, byRevision) -> {
              long base = byRevision.get(byRevision.firstKey());
              inFull.put(day, base);
              late.merge(day, sum(byRevision) - base, Long::sum);
            });
    return BillingRunDays.exceeding(settings.judgeAgainShare(), late, inFull);
  }

  /**
   * Open days with clicks of ads or publishers that nobody knew: now they have an advertiser and a
   * price, or pages that are theirs.
   */
  private SortedSet<LocalDate> ofNewIds(BillingRunBranch branch, NewIds newIds) {
    SortedSet<LocalDate> days = new TreeSet<>();
    if (!newIds.isEmpty()) {
      branch
          .published(BillingClicksByDay.TABLE)
          .where(newIds.mayChange().and(col(BillingClicksByDay.DAY).geq(lit(closed.before()))))
          .select(BillingClicksByDay.DAY)
          .distinct()
          .collectAsList()
          .forEach(row -> days.add(row.getDate(0).toLocalDate()));
      days.removeIf(closed::contains);
    }
    return days;
  }

  /** Final days that close with this run: they are judged once more before. */
  private SortedSet<LocalDate> closing() {
    SortedSet<LocalDate> closing = new TreeSet<>();
    previous.ifPresent(
        published -> {
          Instant end = BillingRunDays.start(options.date().plusDays(1));
          Instant through = end.isAfter(published.through()) ? end : published.through();
          LocalDate first = closed.before();
          LocalDate openFrom = closedWith(through).before();
          if (!first.equals(LocalDate.EPOCH)) {
            first.datesUntil(openFrom.isAfter(first) ? openFrom : first).forEach(closing::add);
          }
          closing.removeIf(closed::contains);
        });
    return closing;
  }

  /** The UTC days of a month of local days that are final, and open to restatement. */
  private SortedSet<LocalDate> judgedForPeriod(YearMonth month) {
    SortedSet<LocalDate> days = new TreeSet<>();
    LocalDate end = previous.map(last -> BillingRunDays.day(last.through())).orElse(LocalDate.MIN);
    month
        .atDay(1)
        .minusDays(1)
        .datesUntil(month.plusMonths(1).atDay(2))
        .filter(day -> day.isBefore(end) && !closed.contains(day))
        .forEach(days::add);
    return days;
  }

  /** The days of the range, all of which must be final, and open to restatement. */
  private SortedSet<LocalDate> reprocessed(BillingTask.Reprocess range) {
    SortedSet<LocalDate> days = new TreeSet<>();
    range.from().datesUntil(range.to()).forEach(days::add);
    for (LocalDate day : days) {
      requireOpen(day, closed);
      if (!isFinal(day)) {
        throw new RefusedException(
            "each day from %s on and before %s must be final already, was %s"
                .formatted(range.from(), range.to(), day));
      }
    }
    return days;
  }

  private boolean isFinal(LocalDate day) {
    return previous
        .filter(published -> !BillingRunDays.start(day.plusDays(1)).isAfter(published.through()))
        .isPresent();
  }

  /** The days that are closed once the run has published through this instant. */
  ClosedDays closedWith(Instant through) {
    return closed.with(BillingRunDays.day(through.minus(settings.closeAfter())), List.of());
  }

  /** How many of the late clicks landed after their day was closed. */
  long afterClose(SortedMap<LocalDate, Long> lateClicks) {
    return lateClicks.entrySet().stream()
        .filter(late -> closed.contains(late.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** The published gross_clicks of the days, by revision. */
  private static Map<LocalDate, SortedMap<Integer, Long>> publishedClicks(
      BillingRunBranch branch, Collection<LocalDate> days) {
    Map<LocalDate, SortedMap<Integer, Long>> clicks = new HashMap<>();
    if (!days.isEmpty()) {
      branch
          .publishedDays(new TreeSet<>(days))
          .groupBy(BillingClicksByDay.DAY, BillingClicksByQuarterHour.REVISION)
          .agg(functions.sum(ClickMeasures.GROSS_CLICKS))
          .collectAsList()
          .forEach(
              row ->
                  clicks
                      .computeIfAbsent(row.getDate(0).toLocalDate(), day -> new TreeMap<>())
                      .put(row.getInt(1), row.getLong(2)));
    }
    return clicks;
  }

  private static long sum(SortedMap<Integer, Long> byRevision) {
    return byRevision.values().stream().mapToLong(Long::longValue).sum();
  }

  private static void requireOpen(LocalDate date, ClosedDays closed) {
    if (closed.contains(date)) {
      throw new RefusedException(
          "date must be an open day, was %s: days before %s%s are closed and do not change again"
              .formatted(
                  date,
                  closed.before(),
                  closed.others().isEmpty() ? "" : ", and " + closed.others() + ","));
    }
  }

  private void requireFinal(SortedSet<LocalDate> days) {
    for (LocalDate day : days) {
      if (!isFinal(day) || day.equals(options.date())) {
        throw new RefusedException(
            "each of close-days must be final already and another day than date, was " + day);
      }
    }
  }
}
