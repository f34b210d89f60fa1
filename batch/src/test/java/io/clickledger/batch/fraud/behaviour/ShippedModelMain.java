package io.clickledger.batch.fraud.behaviour;

import io.clickledger.batch.billing.run.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Trains the model that comes with the program, from simulated days of {@link #SEEDS}, and writes
 * its document: version, file. The same code gives the same document.
 */
final class ShippedModelMain {
  /** Seeds to look at and to tune on; every other seed is for tests. */
  static final List<Long> SEEDS = List.of(1L, 2L, 3L, 4L, 5L);

  static final int CLICKS = 150_000;

  private ShippedModelMain() {}

  public static void main(String[] args) throws IOException {
    try (SparkSession spark = TestSpark.plain()) {
      Files.writeString(Path.of(args[1]), train(spark, args[0], SEEDS.stream()).document());
    }
  }

  static BehaviourModel train(SparkSession spark, String version, Stream<Long> seeds) {
    List<Dataset<Row>> days =
        seeds
            .map(
                seed ->
                    SimulatedDay.rows(
                        spark,
                        SimulatedDay.clicks(seed, CLICKS, "behaviour"),
                        SimulatedDay::labelFlags))
            .toList();
    return new BehaviourTraining(days, System.out::println)
        .train(version, "simulated days of %,d clicks, seeds %s".formatted(CLICKS, SEEDS));
  }
}
