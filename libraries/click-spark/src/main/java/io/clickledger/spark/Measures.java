package io.clickledger.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.xxhash64;

import io.clickledger.rules.fraud.Verdict;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.RawClicks;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The measures of the live and the final tables, computed from judged clicks or summed from finer
 * rows. Both layers call the same functions, so a difference between them is never one of
 * definition.
 */
public final class Measures {
  /** Which verdict's clicks a measure counts; the other measures count clicks of several. */
  public static final Map<String, Verdict> VERDICTS =
      Map.of(
          ClickMeasures.DUPLICATE_CLICKS,
          Verdict.DUPLICATE,
          ClickMeasures.GENERAL_INVALID_CLICKS,
          Verdict.GENERAL_INVALID,
          ClickMeasures.SOPHISTICATED_INVALID_CLICKS,
          Verdict.SOPHISTICATED_INVALID,
          ClickMeasures.VALID_CLICKS,
          Verdict.VALID);

  private static final String HASH = "grain_hash";

  private Measures() {}

  /**
   * Judged clicks at the grain of {@code time} and {@link ClickDimensions#ALL}. Runs what is
   * shuffled below at once.
   *
   * @param judged rows with the dimensions, {@link Judgements#VERDICT}, cost_micros and user_hash
   * @param time a named timestamp column, such as the start of the minute
   */
  public static Dataset<Row> of(Dataset<Row> judged, Column time) {
    Dataset<Row> input =
        judged.select(
            Stream.of(
                    Stream.of(time),
                    ClickDimensions.ALL.stream().map(functions::col),
                    Stream.of(
                        col(Judgements.VERDICT),
                        col(ClickMeasures.COST_MICROS),
                        col(RawClicks.USER_HASH)))
                .flatMap(Function.identity())
                .toArray(Column[]::new));
    String timeName = input.columns()[0];
    StructType schema = new StructType().add(timeName, DataTypes.TimestampType);
    for (String dimension : ClickDimensions.ALL) {
      schema = schema.add(dimension, DataTypes.StringType);
    }
    for (String measure : ClickMeasures.SUMS) {
      schema = schema.add(measure, DataTypes.LongType);
    }
    schema = schema.add(ClickMeasures.UNIQUE_USERS_HLL, DataTypes.BinaryType);
    JavaRDD<InternalRow> partials =
        input.queryExecution().toRdd().toJavaRDD().mapPartitions(new SumOfTask());
    return sumOf(
        judged.sparkSession().internalCreateDataFrame(partials.rdd(), schema, false),
        col(timeName));
  }

  /**
   * Rows that have the measures already, summed to a coarser grain. Runs the shuffle at once.
   *
   * @param times named columns, which make the grain with {@link ClickDimensions#ALL}
   */
  public static Dataset<Row> sumOf(Dataset<Row> finer, Column... times) {
    Column[] grain = grain(times);
    Dataset<Row> hashed =
        finer
            .select(
                Stream.of(
                        Stream.of(grain),
                        ClickMeasures.SUMS.stream().map(functions::col),
                        Stream.of(col(ClickMeasures.UNIQUE_USERS_HLL)))
                    .flatMap(Function.identity())
                    .toArray(Column[]::new))
            .transform(Measures::withHash);
    JavaRDD<InternalRow> merged =
        hashed
            .repartition(col(HASH))
            .sortWithinPartitions(HASH)
            .queryExecution()
            .toRdd()
            .toJavaRDD()
            .mapPartitions(
                new MergedPartials(
                    Stream.of(hashed.schema().fields())
                        .limit(grain.length)
                        .map(StructField::dataType)
                        .toArray(DataType[]::new)));
    return finer
        .sparkSession()
        .internalCreateDataFrame(merged.rdd(), hashed.schema(), false)
        .drop(HASH);
  }

  private static Dataset<Row> withHash(Dataset<Row> rows) {
    int measures = ClickMeasures.SUMS.size() + 1;
    return rows.withColumn(
        HASH,
        xxhash64(
            Stream.of(rows.columns())
                .limit(rows.columns().length - measures)
                .map(functions::col)
                .toArray(Column[]::new)));
  }

  private static Column[] grain(Column... times) {
    return Stream.concat(Stream.of(times), ClickDimensions.ALL.stream().map(functions::col))
        .toArray(Column[]::new);
  }

  /** Sums the clicks of one task, a bounded number of partials at a time. */
  private static final class SumOfTask
      implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {
    private static final long serialVersionUID = 1L;
    private static final int MAX_PARTIALS = 100_000;

    @Override
    public Iterator<InternalRow> call(Iterator<InternalRow> judged) {
      return new Iterator<>() {
        private final PartialSums partials = new PartialSums();
        private final Deque<InternalRow> rows = new ArrayDeque<>();

        @Override
        public boolean hasNext() {
          if (rows.isEmpty()) {
            while (judged.hasNext() && partials.size() < MAX_PARTIALS) {
              add(judged.next());
            }
            partials.drain(values -> rows.add(new GenericInternalRow(values)));
          }
          return !rows.isEmpty();
        }

        @Override
        public InternalRow next() {
          if (!hasNext()) {
            throw new NoSuchElementException("no more partials");
          }
          return rows.remove();
        }

        private void add(InternalRow click) {
          UTF8String[] dimensions = new UTF8String[ClickDimensions.ALL.size()];
          for (int i = 0; i < dimensions.length; i++) {
            dimensions[i] = click.isNullAt(i + 1) ? null : click.getUTF8String(i + 1);
          }
          int next = dimensions.length + 1;
          partials.add(
              new Grain(click.getLong(0), dimensions),
              Verdict.valueOf(click.getUTF8String(next).toString()),
              click.getLong(next + 1),
              click.isNullAt(next + 2) ? null : click.getUTF8String(next + 2));
        }
      };
    }
  }
}
