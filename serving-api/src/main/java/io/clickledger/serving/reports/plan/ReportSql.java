package io.clickledger.serving.reports.plan;

import io.clickledger.serving.pins.FinalTable;
import io.clickledger.serving.reports.query.Dimension;
import io.clickledger.serving.reports.query.Order;
import io.clickledger.serving.reports.query.ReportQuery;
import io.clickledger.serving.reports.query.Scope;
import io.clickledger.serving.trino.RowFilter;
import io.clickledger.serving.trino.SqlFile;
import io.clickledger.serving.trino.TrinoQuery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A plan as statements. Whatever stands in their text is a column of an enum or a snapshot id; what
 * a request says is a parameter.
 */
final class ReportSql {

  private static final SqlFile SEAM = SqlFile.named("seam");
  private static final SqlFile CLICKS = SqlFile.named("clicks");
  private static final SqlFile UNIQUE_USERS = SqlFile.named("unique_users");
  private static final SqlFile RESTATEMENTS = SqlFile.named("restatements");
  private static final String PERIOD = "period";

  private ReportSql() {}

  /** The sums: columns period, the query's dimensions, its sums, revision. */
  static TrinoQuery clicks(ReportPlan plan, long maxRows) {
    ReportQuery query = plan.query();
    List<String> groups =
        Stream.concat(Stream.of(PERIOD), query.groupBy().stream().map(Dimension::column)).toList();
    String text =
        CLICKS.text(
            Map.of(
                "seam", seam(plan),
                "dimensions", dimensions(query),
                "measures",
                    query.sums().stream()
                        .map(sum -> "  SUM(%1$s) AS %1$s,".formatted(sum.column()))
                        .collect(Collectors.joining("\n")),
                "filters", filter(query).text(),
                "groups", String.join(", ", groups),
                "order", order(query, groups)));
    return new TrinoQuery(CLICKS.name(), text, parameters(plan, maxRows));
  }

  /** The sketches: columns period, the query's dimensions, unique_users_hll. */
  static TrinoQuery uniqueUsers(ReportPlan plan, long maxSketches) {
    ReportQuery query = plan.query();
    String text =
        UNIQUE_USERS.text(
            Map.of(
                "seam", seam(plan),
                "dimensions", dimensions(query),
                "filters", filter(query).text()));
    return new TrinoQuery(UNIQUE_USERS.name(), text, parameters(plan, maxSketches));
  }

  /**
   * How the report's final sums moved: columns day, revision, causes, currency, the query's sums,
   * chosen_grains. Of the UTC days that its final side touches.
   */
  static TrinoQuery restatements(ReportPlan plan) {
    ReportQuery query = plan.query();
    String text =
        RESTATEMENTS.text(
            Map.of(
                "version",
                    TrinoQuery.asOf(plan.publication().orElseThrow().restatementsSnapshotId()),
                "measures",
                    query.sums().stream()
                        .map(
                            sum -> "  SUM(IF(is_chosen, %1$s, 0)) AS %1$s,".formatted(sum.column()))
                        .collect(Collectors.joining("\n")),
                "filters", filter(query).text()));
    List<Object> parameters = new ArrayList<>();
    parameters.add(plan.firstFinalDay().toString());
    parameters.add(plan.finalDaysEnd().toString());
    parameters.addAll(filter(query).values());
    return new TrinoQuery(RESTATEMENTS.name(), text, parameters);
  }

  private static String seam(ReportPlan plan) {
    FinalTable table = plan.finalTable();
    return SEAM.text(
        Map.of(
            "final_table", table.table().toString(),
            "final_column", table.column(),
            "final_type", table.type(),
            "final_version", version(plan.finalSnapshotId()),
            "live_version", version(plan.liveSnapshotId())));
  }

  /** A side that is not read needs no pin: its range is empty in any snapshot. */
  private static String version(OptionalLong snapshotId) {
    return snapshotId.isPresent() ? TrinoQuery.asOf(snapshotId.getAsLong()) : "";
  }

  private static String dimensions(ReportQuery query) {
    return query.groupBy().stream()
        .map(dimension -> "  " + dimension.column() + ",")
        .collect(Collectors.joining("\n"));
  }

  private static RowFilter filter(ReportQuery query) {
    return RowFilter.of(byColumn(query.filters()), byColumn(query.exclusions()));
  }

  private static Map<String, Set<String>> byColumn(Map<Dimension, Set<String>> filters) {
    Map<String, Set<String>> byColumn = new LinkedHashMap<>();
    filters.forEach((dimension, values) -> byColumn.put(dimension.column(), values));
    return byColumn;
  }

  /** The rows that somebody may see. */
  static RowFilter rows(Scope scope) {
    return RowFilter.of(byColumn(scope.narrow(Map.of())));
  }

  /** What was asked for, then the whole grain, so that equal rows never change places. */
  private static String order(ReportQuery query, Collection<String> groups) {
    List<String> keys = new ArrayList<>();
    for (Order order : query.orderBy()) {
      String column = order.column().equals(Order.START) ? PERIOD : order.column();
      keys.add(
          column
              + (order.direction() == Order.Direction.DESCENDING ? " DESC" : " ASC")
              + " NULLS LAST");
    }
    groups.forEach(column -> keys.add(column + " ASC NULLS LAST"));
    return String.join(", ", keys);
  }

  private static List<Object> parameters(ReportPlan plan, long most) {
    ReportQuery query = plan.query();
    List<Object> parameters = new ArrayList<>();
    parameters.addAll(List.of(query.from(), plan.seam(), plan.seam(), query.to()));
    parameters.add(
        query.periods().starts().stream()
            .map(Instant::getEpochSecond)
            .map(String::valueOf)
            .collect(Collectors.joining(",")));
    parameters.addAll(filter(query).values());
    parameters.add(most + 1);
    return parameters;
  }
}
