package io.clickledger.lake.migrate;

import io.clickledger.schemas.AuditLandings;
import io.clickledger.schemas.AuditQualityMetrics;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.BillingRuns;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.schemas.LiveFlaggedClicks;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.TableDefinition;
import io.clickledger.schemas.TableName;
import io.clickledger.schemas.Tables;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.source.SparkTable;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchNamespaceException;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.connector.catalog.CatalogPlugin;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.SupportsNamespaces;
import org.apache.spark.sql.connector.catalog.TableCatalog;

/**
 * The numbered changes that lead from an empty lake to this program's tables. Each is applied once,
 * in order, and recorded; each of its steps may be interrupted and run again.
 *
 * <p>What was applied is recorded as properties of the namespace {@code audit}: they live in the
 * catalog beside the tables, need no table of their own to start with, and cannot be lost with a
 * snapshot.
 */
public final class Migrations {
  /** Key in the summary of the empty commit that every new table gets. */
  public static final String SUMMARY_KEY = "clickledger.migration";

  private static final String RECORDS = AuditQualityMetrics.TABLE.namespace();
  private static final String PROPERTY = "clickledger.migration.";

  /** Every migration, in order. A later change of the lake is one more of them. */
  public static final List<Migration> ALL =
      List.of(
          new Migration(
              1,
              "create every table",
              Tables.ALL.stream()
                  .filter(table -> !table.equals(LiveFlaggedClicks.TABLE))
                  .<Step>map(table -> new CreateTable(table, 1))
                  .toList()),
          new Migration(
              2,
              "keep accepted gaps with the landed ranges",
              List.of(new AddColumn(AuditLandings.TABLE, AuditLandings.ACCEPTED_GAP))),
          new Migration(
              3,
              "keep the clicks that stateful rules match",
              List.of(new CreateTable(LiveFlaggedClicks.TABLE, 3))),
          new Migration(
              4,
              "note with a publication what its snapshots hold",
              List.of(
                  new AddColumn(BillingPublications.TABLE, BillingPublications.FINAL_ROWS),
                  new AddColumn(BillingPublications.TABLE, BillingPublications.COST_MICROS))),
          new Migration(
              5,
              "tell requests of a browser from clicks of its user",
              List.of(new AddColumn(RawClicks.TABLE, RawClicks.REQUEST_PURPOSE))),
          new Migration(
              6,
              "note with a run the model that its verdicts follow",
              List.of(new AddColumn(BillingRuns.TABLE, BillingRuns.MODEL_VERSION))),
          new Migration(
              7,
              "keep what rules in shadow match",
              List.of(new AddColumn(FraudClickVerdicts.TABLE, FraudClickVerdicts.SHADOW_REASONS))));

  private final List<Migration> migrations;

  /** The migrations of this program. */
  public Migrations() {
    this(ALL);
  }

  public Migrations(List<Migration> migrations) {
    for (int i = 0; i < migrations.size(); i++) {
      if (migrations.get(i).number() != i + 1) {
        throw new IllegalArgumentException(
            "migrations must be numbered 1, 2, ... in order, was " + migrations.get(i).number());
      }
    }
    this.migrations = List.copyOf(migrations);
  }

  /** One numbered change, of steps that are each in place or not. */
  public record Migration(int number, String name, List<Step> steps) {
    public Migration {
      steps = List.copyOf(steps);
    }

    @Override
    public String toString() {
      return "migration " + number + " (" + name + ")";
    }
  }

  /** A part of a migration that knows whether it is in place already. */
  public interface Step {
    /** What it does, as an imperative. */
    String description();

    boolean inPlace(SparkSession spark);

    void apply(SparkSession spark);
  }

  /**
   * Creates a table by its DDL and gives it one empty commit, so that readers that pin snapshots
   * find one from the start. The commit is the last thing done: a table without it is unfinished.
   */
  record CreateTable(TableName table, int migration) implements Step {
    @Override
    public String description() {
      return "create table " + table;
    }

    @Override
    public boolean inPlace(SparkSession spark) {
      Identifier name = Identifier.of(new String[] {table.namespace()}, table.name());
      TableCatalog catalog = (TableCatalog) catalog(spark);
      return catalog.tableExists(name) && load(catalog, name).currentSnapshot() != null;
    }

    @Override
    public void apply(SparkSession spark) {
      spark.sql("CREATE NAMESPACE IF NOT EXISTS " + table.namespace());
      Tables.ddl(table).forEach(spark::sql);
      Identifier name = Identifier.of(new String[] {table.namespace()}, table.name());
      load((TableCatalog) catalog(spark), name)
          .newFastAppend()
          .set(SUMMARY_KEY, Integer.toString(migration))
          .commit();
    }

    private static Table load(TableCatalog catalog, Identifier name) {
      try {
        Table table = ((SparkTable) catalog.loadTable(name)).table();
        table.refresh();
        return table;
      } catch (NoSuchTableException e) {
        throw new IllegalStateException("table " + name + " went away while it was migrated", e);
      }
    }
  }

  /** Adds a nullable column of the table's DDL to a table that was created before it was there. */
  record AddColumn(TableName table, String column) implements Step {
    @Override
    public String description() {
      return "add column " + column + " to " + table;
    }

    @Override
    public boolean inPlace(SparkSession spark) {
      return !spark.catalog().tableExists(table.toString())
          || List.of(spark.table(table.toString()).columns()).contains(column);
    }

    @Override
    public void apply(SparkSession spark) {
      TableDefinition.Column defined =
          TableDefinition.of(table).columns().stream()
              .filter(c -> c.name().equals(column))
              .findFirst()
              .orElseThrow();
      spark.sql(
          "ALTER TABLE %s ADD COLUMN %s %s COMMENT '%s'"
              .formatted(table, column, defined.type(), defined.comment().replace("'", "\\'")));
    }
  }

  /** What {@link #migrate} would do now, one line each; empty when the lake is up to date. */
  public List<String> plan(SparkSession spark) {
    List<String> lines = new ArrayList<>();
    for (Migration migration : pending(spark)) {
      for (Step step : migration.steps()) {
        if (!step.inPlace(spark)) {
          lines.add(migration + ": " + step.description());
        }
      }
      lines.add(migration + ": record it as applied");
    }
    return lines;
  }

  /**
   * Applies what is missing and records it with the time {@code now}.
   *
   * @return what was done, one line each; empty when the lake was up to date
   */
  public List<String> migrate(SparkSession spark, Instant now) {
    List<String> lines = new ArrayList<>();
    for (Migration migration : pending(spark)) {
      for (Step step : migration.steps()) {
        if (!step.inPlace(spark)) {
          step.apply(spark);
          lines.add(migration + ": " + step.description());
        }
      }
      record(spark, migration, now);
      lines.add(migration + ": record it as applied");
    }
    return lines;
  }

  /** What was applied to the lake: the record (name and time) by migration number. */
  public Map<Integer, String> applied(SparkSession spark) {
    Map<Integer, String> applied = new TreeMap<>();
    SupportsNamespaces catalog = (SupportsNamespaces) catalog(spark);
    String[] namespace = {RECORDS};
    if (!catalog.namespaceExists(namespace)) {
      return applied;
    }
    try {
      catalog
          .loadNamespaceMetadata(namespace)
          .forEach(
              (key, value) -> {
                if (key.startsWith(PROPERTY)) {
                  applied.put(Integer.valueOf(key.substring(PROPERTY.length())), value);
                }
              });
    } catch (NoSuchNamespaceException e) {
      throw new IllegalStateException("namespace " + RECORDS + " went away while it was read", e);
    }
    return applied;
  }

  private List<Migration> pending(SparkSession spark) {
    Map<Integer, String> applied = applied(spark);
    applied.forEach(
        (number, value) -> {
          if (number > migrations.size()) {
            throw new IllegalStateException(
                "the lake has migration "
                    + number
                    + " ("
                    + value
                    + "), this program knows "
                    + migrations.size()
                    + ": run the newer program");
          }
        });
    return migrations.stream().filter(m -> !applied.containsKey(m.number())).toList();
  }

  private static void record(SparkSession spark, Migration migration, Instant now) {
    spark.sql("CREATE NAMESPACE IF NOT EXISTS " + RECORDS);
    spark.sql(
        String.format(
            "ALTER NAMESPACE %s SET PROPERTIES ('%s%d' = '%s, %s')",
            RECORDS, PROPERTY, migration.number(), migration.name(), now));
  }

  private static CatalogPlugin catalog(SparkSession spark) {
    return spark.sessionState().catalogManager().currentCatalog();
  }
}
