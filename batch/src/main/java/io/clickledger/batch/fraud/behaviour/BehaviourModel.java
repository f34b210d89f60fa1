package io.clickledger.batch.fraud.behaviour;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Finds the actors of a day whose clicks are sophisticated invalid traffic: one {@link Scorecard}
 * for each kind. The same day and the same model give the same actors.
 *
 * @param version names the model in verdicts: never another model under the same name
 * @param trainedOn in words
 */
public record BehaviourModel(
    String version, String trainedOn, Map<ActorKind, Scorecard> scorecards) {
  /**
   * How many actors of a day are returned at most, those with the most clicks: about 40 MB in a
   * task's memory. A day with more has an attack by single clicks, which is for other means.
   */
  static final int MAX_ACTORS = 200_000;

  public BehaviourModel {
    if (!version.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new IllegalArgumentException(
          "version must be 1 to 64 of A-Z a-z 0-9 . _ -, was " + version);
    }
    scorecards = new EnumMap<>(scorecards);
  }

  /** The model that comes with the program. */
  public static BehaviourModel shipped() {
    return ModelDocument.shipped();
  }

  /**
   * The model of a document.
   *
   * @throws IllegalArgumentException where it is none
   */
  public static BehaviourModel parse(String document) {
    return ModelDocument.read(document);
  }

  /** The model as a document. */
  public String document() {
    return ModelDocument.write(this);
  }

  /**
   * The actors of the day that have at least the threshold's score.
   *
   * @param dayClicks rows of raw.clicks with clicked_at in one UTC day, in any order, with repeats
   */
  public ActorScores score(Dataset<Row> dayClicks) {
    List<Row> rows = DayFeatures.with(dayClicks, features -> suspects(features).collectAsList());
    return new ActorScores(version, rows.stream().map(BehaviourModel::actor).toList());
  }

  /** Kind, keys, clicks, score and reasons of the actors with the most clicks. */
  Dataset<Row> suspects(Map<ActorKind, Dataset<Row>> features) {
    return scorecards.keySet().stream()
        .map(kind -> suspects(kind, features.get(kind)))
        .reduce(Dataset::union)
        .orElseThrow()
        .orderBy(col("clicks").desc(), col("kind"), col("keys"))
        .limit(MAX_ACTORS);
  }

  private Dataset<Row> suspects(ActorKind kind, Dataset<Row> actors) {
    Scorecard scorecard = scorecards.get(kind);
    Column[] keys = kind.keys().stream().map(key -> col(key)).toArray(Column[]::new);
    return actors
        .where(scorecard.isInvalid())
        .select(
            lit(kind.name()).as("kind"),
            array(keys).as("keys"),
            col("clicks"),
            scorecard.score().as("score"),
            scorecard.reasons().as("reasons"));
  }

  private static ActorScore actor(Row row) {
    return new ActorScore(
        ActorKind.valueOf(row.getString(0)),
        row.getList(1),
        row.getLong(2),
        row.getDouble(3),
        row.getList(4));
  }
}
