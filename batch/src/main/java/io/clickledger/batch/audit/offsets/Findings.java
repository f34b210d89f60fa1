package io.clickledger.batch.audit.offsets;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * The findings of an audit. The first {@link #MAX_NAMED} of each kind are described, one sentence
 * each; the others are only counted, so that memory is bounded however many there are.
 */
public final class Findings {
  /** How many findings of one kind are named. */
  static final int MAX_NAMED = 20;

  private static final String NUMBER = "number_of_kind";
  private static final String TOTAL = "total_of_kind";

  /** In the order in which they are reported. */
  public enum Kind {
    NO_TABLE("tables that are not there"),
    NOT_AS_PUBLISHED("billing is not as it was published"),
    CLOSED_CHANGED("closed periods changed"),
    NOT_IN_BALANCE("debits are not credits"),
    WRONG_PRICE("clicks have other prices than their ads had"),
    LEDGER_DIFFERS("the ledger is not what verdicts, prices and metadata give"),
    DOCUMENT_DIFFERS("documents are not what the ledger has"),
    NOT_COVERED("no landing covers a range"),
    LANDED_TWICE("a range landed twice"),
    NO_LANDING("rows that no landing commit added"),
    OUTSIDE_LANDING("a row outside its landing"),
    ROWS_CHANGED("as many rows as landed are not there"),
    TWICE("an offset is there twice"),
    MISSING("in neither table, and nothing says why"),
    MISSING_IN_KAFKA("in neither table, but Kafka has records there"),
    MISSING_UNKNOWN("in neither table, and Kafka does not have what was there"),
    SUM("offsets that the sum does not account for"),
    LIVE_UNKNOWN("live does not say how it was counted"),
    LIVE_DIFFERS("live is not as raw.clicks");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  private final Map<Kind, List<String>> named = new EnumMap<>(Kind.class);
  private final Map<Kind, Long> totals = new EnumMap<>(Kind.class);

  /** Adds one. */
  public void add(Kind kind, String finding) {
    name(kind, finding);
    totals.merge(kind, 1L, Long::sum);
  }

  private void name(Kind kind, String finding) {
    List<String> ofKind = named.computeIfAbsent(kind, any -> new ArrayList<>());
    if (ofKind.size() < MAX_NAMED) {
      ofKind.add(finding);
    }
  }

  /**
   * Adds each row of the dataset, of which no more are collected than are named.
   *
   * @param kind column with the name of a {@link Kind}
   * @param order which rows of a kind are the first
   */
  public void add(
      Dataset<Row> found, String kind, Function<Row, String> sentence, Column... order) {
    WindowSpec ofKind = Window.partitionBy(kind);
    found
        .withColumn(NUMBER, row_number().over(ofKind.orderBy(order)))
        .withColumn(TOTAL, count(lit(1)).over(ofKind))
        .where(col(NUMBER).leq(MAX_NAMED))
        .orderBy(NUMBER)
        .collectAsList()
        .forEach(
            row -> {
              Kind ofRow = Kind.valueOf(row.getAs(kind));
              name(ofRow, sentence.apply(row));
              if (row.<Integer>getAs(NUMBER) == 1) {
                totals.merge(ofRow, row.<Long>getAs(TOTAL), Long::sum);
              }
            });
  }

  /** How many there are, of every kind. */
  public long total() {
    return totals.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The named ones, and for each kind with more of them a sentence that says how many more. */
  public List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    named.forEach(
        (kind, ofKind) -> {
          sentences.addAll(ofKind);
          long more = totals.get(kind) - ofKind.size();
          if (more > 0) {
            sentences.add("%s: %d more".formatted(kind.words, more));
          }
        });
    return sentences;
  }
}
