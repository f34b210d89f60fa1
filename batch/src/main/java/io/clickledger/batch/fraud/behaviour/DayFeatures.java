package io.clickledger.batch.fraud.behaviour;

import io.clickledger.spark.KeptRows;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The actors of a day with their features, by kind: their keys, clicks, and one column for each
 * feature. The clicks of the day are shuffled twice, once by address and once by user. Every
 * aggregate has a constant size, whatever an actor does.
 */
final class DayFeatures {
  private DayFeatures() {}

  /**
   * Computes something from the features. What several kinds are made of is kept as long as that
   * takes.
   *
   * @param day rows of raw.clicks of one UTC day
   */
  static <T> T with(Dataset<Row> day, Function<Map<ActorKind, Dataset<Row>>, T> computation) {
    try (KeptRows publishers = KeptRows.of(BrowserBehaviour.publishers(day));
        KeptRows cells = KeptRows.of(BrowserBehaviour.cells(day, publishers.rows()))) {
      return computation.apply(of(day, cells.rows(), publishers.rows()));
    }
  }

  private static Map<ActorKind, Dataset<Row>> of(
      Dataset<Row> day, Dataset<Row> cells, Dataset<Row> publishers) {
    Map<ActorKind, Dataset<Row>> features = new EnumMap<>(ActorKind.class);
    features.put(ActorKind.USER, UserBehaviour.users(day, cells, publishers));
    features.put(ActorKind.BROWSER, BrowserBehaviour.browsers(cells));
    features.put(ActorKind.PUBLISHER_BROWSER, BrowserBehaviour.publisherBrowsers(cells));
    return features;
  }
}
