package io.clickledger.batch.fraud.behaviour;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickledger.sandbox.simulator.traffic.Catalogue;
import io.clickledger.sandbox.simulator.traffic.Label;
import io.clickledger.sandbox.simulator.traffic.SimulatedClick;
import io.clickledger.sandbox.simulator.traffic.TrafficModel;
import io.clickledger.sandbox.simulator.traffic.Trouble;
import io.clickledger.schemas.RawClicks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A UTC day of simulated clicks as rows of raw.clicks, with their labels. */
final class SimulatedDay {
  static final Catalogue CATALOGUE = catalogue();
  private static final Instant END = Instant.parse("2026-11-21T00:00:00Z");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final StructType SCHEMA =
      new StructType()
          .add(RawClicks.CLICK_ID, DataTypes.StringType)
          .add(RawClicks.CLICKED_AT, DataTypes.TimestampType)
          .add(RawClicks.AD_ID, DataTypes.StringType)
          .add(RawClicks.PUBLISHER_ID, DataTypes.StringType)
          .add(RawClicks.USER_AGENT, DataTypes.StringType)
          .add(RawClicks.FRAUD_FLAGS, DataTypes.createArrayType(DataTypes.StringType))
          .add(RawClicks.IP_HASH, DataTypes.StringType)
          .add(RawClicks.USER_HASH, DataTypes.StringType)
          .add("label", DataTypes.StringType)
          .add(BehaviourTraining.INVALID, DataTypes.BooleanType);

  private SimulatedDay() {}

  /** As large as that of the demo. */
  private static Catalogue catalogue() {
    List<Catalogue.Ad> ads =
        IntStream.range(0, 160)
            .mapToObj(i -> new Catalogue.Ad("ad-" + i, "cmp-" + i / 4, "adv-" + i / 12, 100, "EUR"))
            .toList();
    List<String> publishers = IntStream.range(0, 60).mapToObj(i -> "pub-" + i).toList();
    Map<String, String> domains =
        publishers.stream().collect(Collectors.toMap(id -> id, id -> id + ".example"));
    return new Catalogue(ads, publishers, domains);
  }

  static List<SimulatedClick> clicks(long seed, int count, String trouble) {
    return new TrafficModel(CATALOGUE, Trouble.USUAL.with(trouble), seed, 1, Optional.empty())
        .history(END.minus(Duration.ofDays(1)), END, count)
        .filter(click -> !click.isMalformed())
        .toList();
  }

  /**
   * The clicks as rows.
   *
   * @param flags of the stateless rules that match a click
   */
  static Dataset<Row> rows(
      SparkSession spark,
      List<SimulatedClick> clicks,
      Function<SimulatedClick, List<String>> flags) {
    List<Row> rows =
        clicks.stream()
            .filter(click -> !click.clickedAt().isBefore(END.minus(Duration.ofDays(1))))
            .map(click -> row(click, flags.apply(click)))
            .toList();
    // Not as local rows, which every plan would carry and fold.
    return spark
        .createDataFrame(
            JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(rows, 2), SCHEMA)
        .persist();
  }

  private static Row row(SimulatedClick click, List<String> flags) {
    return RowFactory.create(
        click.clickId(),
        Timestamp.from(click.clickedAt()),
        click.adId(),
        click.publisherId(),
        click.userAgent(),
        flags.toArray(),
        address(click),
        click.userId(),
        click.label().name(),
        click.label().isInvalidByBehaviour());
  }

  /** Flags of what the click's label says, as the stateless rules give them. */
  static List<String> labelFlags(SimulatedClick click) {
    return click.label().isInvalid() && click.label() != Label.FOREIGN_PAGE
        ? List.of(click.label().name())
        : List.of();
  }

  static String address(SimulatedClick click) {
    try {
      JsonNode json = JSON.readTree(click.json());
      return json.get("ip_address").asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
