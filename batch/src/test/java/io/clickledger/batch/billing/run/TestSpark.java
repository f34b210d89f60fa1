package io.clickledger.batch.billing.run;

import org.apache.spark.sql.SparkSession;

/** Spark for a few thousand rows. */
public final class TestSpark {
  private TestSpark() {}

  /** A local session without a lake. */
  public static SparkSession plain() {
    return local().config("spark.sql.session.timeZone", "UTC").getOrCreate();
  }

  public static SparkSession.Builder local() {
    return SparkSession.builder()
        .master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        // Compiling a plan takes longer than running it on so few rows.
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN");
  }
}
