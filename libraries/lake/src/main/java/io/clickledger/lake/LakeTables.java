package io.clickledger.lake;

import io.clickledger.schemas.TableName;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.catalyst.parser.ParseException;

/** The lake's tables through Iceberg's Java API. */
public final class LakeTables {
  private LakeTables() {}

  /**
   * Loads the table as it is now.
   *
   * @throws IllegalStateException where the lake has no such table
   */
  public static Table load(SparkSession spark, TableName table) {
    try {
      return Spark3Util.loadIcebergTable(spark, LakeSession.CATALOG + "." + table);
    } catch (NoSuchTableException e) {
      throw new IllegalStateException(
          "the lake has no table " + table + ": run spark-submit/migrate-lake first", e);
    } catch (ParseException e) {
      throw new IllegalArgumentException("not a table name: " + table, e);
    }
  }
}
