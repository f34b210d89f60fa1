package io.clickledger.serving.reports.plan;

import io.clickledger.serving.pins.RestatedDays;
import io.clickledger.serving.reports.query.Dimension;
import io.clickledger.serving.reports.query.Measure;
import io.clickledger.serving.reports.query.Periods;
import io.clickledger.serving.reports.query.ReportQuery;
import io.clickledger.serving.reports.query.ReportSettings;
import io.clickledger.serving.trino.Trino;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** Asks Trino for the rows of reports. */
final class TrinoReports {
  private final Trino trino;
  private final RestatedDays restatedDays;
  private final ReportSettings settings;

  TrinoReports(Trino trino, ReportSettings settings) {
    this.trino = trino;
    this.restatedDays = new RestatedDays(trino);
    this.settings = settings;
  }

  /** The rows of the plan, at its snapshots. */
  CompletableFuture<ReportRows> rows(ReportPlan plan) {
    ReportCost.check(plan, settings.maxDays());
    int most = plan.query().limit().orElse(settings.maxRows());
    Periods periods = plan.query().periods();
    return trino
        .ask(ReportSql.clicks(plan, most), rows -> rows(plan, periods, most, rows))
        .thenCompose(
            rows ->
                plan.query().measures().contains(Measure.UNIQUE_USERS) && !rows.rows().isEmpty()
                    ? withUniqueUsers(plan, rows)
                    : CompletableFuture.completedFuture(rows))
        .thenCombine(
            restatements(plan),
            (rows, restatements) -> new ReportRows(rows.rows(), rows.isTruncated(), restatements));
  }

  /** Of the UTC days that the plan's final side touches, whether or not a row is left of them. */
  private CompletableFuture<List<Restatement>> restatements(ReportPlan plan) {
    if (plan.publication().isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    return restatedDays
        .anyOf(
            plan.publication().get().restatementsSnapshotId(),
            plan.firstFinalDay(),
            plan.finalDaysEnd())
        .thenCompose(
            any ->
                any
                    ? trino.ask(
                        ReportSql.restatements(plan), found -> restatements(plan.query(), found))
                    : CompletableFuture.completedFuture(List.of()));
  }

  private static List<Restatement> restatements(ReportQuery query, ResultSet found)
      throws SQLException {
    Map<LocalDate, Restatement> byDay = new LinkedHashMap<>();
    while (found.next()) {
      if (query.scope().isLimited() && found.getLong("chosen_grains") == 0) {
        // That somebody else's clicks changed is not for this one to know.
        continue;
      }
      LocalDate day = LocalDate.parse(found.getString("day"));
      Restatement restatement = byDay.get(day);
      if (restatement == null) {
        restatement =
            new Restatement(
                day,
                found.getInt("revision"),
                new TreeSet<>(),
                new EnumMap<>(Measure.class),
                new TreeMap<>());
        byDay.put(day, restatement);
      }
      if (!found.getString("causes").isEmpty()) {
        restatement.causes().addAll(List.of(found.getString("causes").split(",")));
      }
      for (Measure sum : query.sums()) {
        long change = found.getLong(sum.column());
        if (sum != Measure.COST_MICROS) {
          restatement.clicks().merge(sum, change, Math::addExact);
        } else if (found.getLong("chosen_grains") > 0) {
          restatement.costMicros().merge(found.getString("currency"), change, Math::addExact);
        }
      }
    }
    return List.copyOf(byDay.values());
  }

  private ReportRows rows(ReportPlan plan, Periods periods, int most, ResultSet found)
      throws SQLException {
    ReportQuery query = plan.query();
    List<ReportRow> rows = new ArrayList<>();
    while (found.next()) {
      if (rows.size() == most) {
        if (query.limit().isEmpty()) {
          throw ReportProblems.tooManyRows(settings);
        }
        return new ReportRows(rows, true, List.of());
      }
      rows.add(row(plan, periods, found));
    }
    return new ReportRows(rows, false, List.of());
  }

  private static ReportRow row(ReportPlan plan, Periods periods, ResultSet found)
      throws SQLException {
    ReportQuery query = plan.query();
    int place = found.getInt("period") - 1;
    List<Long> measures = new ArrayList<>();
    for (Measure sum : query.sums()) {
      measures.add(found.getLong(sum.column()));
    }
    return ReportRow.of(
        plan, periods, place, values(query, found), measures, found.getInt("revision"));
  }

  private static List<String> values(ReportQuery query, ResultSet found) throws SQLException {
    List<String> values = new ArrayList<>();
    for (Dimension dimension : query.groupBy()) {
      values.add(found.getString(dimension.column()));
    }
    return values;
  }

  private CompletableFuture<ReportRows> withUniqueUsers(ReportPlan plan, ReportRows rows) {
    return trino
        .ask(
            ReportSql.uniqueUsers(plan, settings.maxSketches()),
            found -> merged(plan.query(), rows, found))
        .thenApply(
            users ->
                new ReportRows(
                    rows.rows().stream().map(row -> withUniqueUsers(row, users)).toList(),
                    rows.isTruncated(),
                    rows.restatements()));
  }

  private UniqueUsers merged(ReportQuery query, ReportRows rows, ResultSet found)
      throws SQLException {
    UniqueUsers users = new UniqueUsers(rows.rows());
    int sketches = 0;
    while (found.next()) {
      if (++sketches > settings.maxSketches()) {
        throw ReportProblems.tooManySketches(settings);
      }
      users.add(
          new UniqueUsers.Group(found.getInt("period") - 1, values(query, found)),
          found.getBytes("unique_users_hll"));
    }
    return users;
  }

  private static ReportRow withUniqueUsers(ReportRow row, UniqueUsers users) {
    List<Long> measures = new ArrayList<>(row.measures());
    // UNIQUE_USERS is the last of Measure, and measures are in that order.
    measures.add(users.estimate(row));
    return new ReportRow(
        row.place(),
        row.values(),
        measures,
        row.finality(),
        row.basis(),
        row.revision(),
        row.isOpen());
  }
}
