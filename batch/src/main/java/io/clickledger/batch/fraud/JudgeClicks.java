package io.clickledger.batch.fraud;

import static org.apache.spark.sql.functions.array_except;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.input.BillingRunInputs;
import io.clickledger.batch.billing.input.UtcDays;
import io.clickledger.batch.fraud.behaviour.ActorScores;
import io.clickledger.batch.fraud.behaviour.BehaviourModel;
import io.clickledger.history.ClickMarks;
import io.clickledger.history.Histories;
import io.clickledger.history.HistoryWindow;
import io.clickledger.history.LandedWindow;
import io.clickledger.lake.LakeTables;
import io.clickledger.rules.history.ClickHistory;
import io.clickledger.rules.json.ClickTimes;
import io.clickledger.rules.pricing.AdVersion;
import io.clickledger.rules.pricing.PublisherDomain;
import io.clickledger.rules.pricing.VersionDirectory;
import io.clickledger.schemas.FraudClickIds;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.schemas.RawClicks;
import io.clickledger.spark.Judgements;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.iceberg.Table;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The judgement of every click of a billing run's days. Stateful rules are applied by the histories
 * that CountClicks uses, in the order of landing, so a click matches the rules that it matched
 * live. Clicks are passed to the histories in pieces of bounded size, with all clicks around them
 * that their rules can see.
 */
final class JudgeClicks {
  private static final Logger LOG = LoggerFactory.getLogger(JudgeClicks.class);

  /**
   * How long before its clicked_at a click may land: a producer's Kafka timestamp may be an hour
   * ahead, and received_at and clicked_at each a little more.
   */
  private static final Duration MAX_LEAD =
      Duration.ofHours(1).plus(ClickTimes.MAX_AFTER_REFERENCE.multipliedBy(2));

  /** Only bounds which files are read: no click lands so long before its clicked_at. */
  private static final Duration READ_BEFORE = Duration.ofDays(36);

  /** Stateful rules see clicks of the same hour of clicked_at and of the two beside it. */
  private static final Duration REACH = Duration.ofHours(2);

  /** The columns that verdicts and rollups need. */
  private static final String[] COLUMNS = {
    RawClicks.CLICK_ID,
    RawClicks.CLICKED_AT,
    RawClicks.AD_ID,
    RawClicks.PUBLISHER_ID,
    RawClicks.CAMPAIGN_ID,
    RawClicks.GEO_COUNTRY,
    RawClicks.DEVICE_TYPE,
    RawClicks.FRAUD_FLAGS,
    Judgements.STATELESS_FLAGS,
    RawClicks.RULES_VERSION,
    RawClicks.PAGE_HOST,
    RawClicks.USER_HASH,
    RawClicks.LANDED_AT,
    RawClicks.KAFKA_PARTITION,
    RawClicks.KAFKA_OFFSET,
    FraudClickVerdicts.SCORE,
    FraudClickVerdicts.MODEL_VERSION,
    FraudClickVerdicts.MODEL_REASONS
  };

  private final SparkSession spark;
  private final BillingRunInputs inputs;
  private final Dataset<Row> index;
  private final Table rawTable;
  private final Duration window;
  private final long maxClicks;
  private final BatchSettings.BehaviourMode behaviour;
  private final List<Broadcast<?>> broadcasts = new ArrayList<>();
  private final Broadcast<VersionDirectory<AdVersion>> ads;
  private final Broadcast<VersionDirectory<PublisherDomain>> publishers;

  /**
   * @param index rows of fraud.click_ids, with all clicks that the run reads
   */
  JudgeClicks(
      SparkSession spark, BatchSettings settings, BillingRunInputs inputs, Dataset<Row> index) {
    this.spark = spark;
    this.inputs = inputs;
    this.index = index;
    this.rawTable = LakeTables.load(spark, RawClicks.TABLE);
    this.window = inputs.versions().historyWindow();
    this.maxClicks = settings.billing().maxClicksAtOnce();
    this.behaviour = settings.fraud().behaviourModel();
    this.ads = broadcast(inputs.ads());
    this.publishers = broadcast(inputs.publishers());
  }

  /**
   * Judges the clicks of the days.
   *
   * @param landedThrough up to where the previous run read; {@link Instant#EPOCH} for none
   * @return columns of the clicks and what {@link Judgements#judge} adds
   */
  JudgedClicks judge(BillingRunDays days, Instant landedThrough) {
    List<Dataset<Row>> judged = new ArrayList<>(List.of(noClicks()));
    try (Histories histories =
        new Histories(
            window,
            Integer.parseInt(spark.conf().get("spark.sql.shuffle.partitions")),
            inputs.historySecret())) {
      SortedSet<LocalDate> newDays = days.newDays();
      if (!newDays.isEmpty()) {
        // Of these days the run compares with live, which saw everything that landed meanwhile.
        Instant landed = BillingRunDays.start(newDays.first()).minus(MAX_LEAD);
        Column landedMeanwhile = col(RawClicks.LANDED_AT).geq(lit(visibleFrom(landed)));
        judged.addAll(
            judge(
                histories,
                around(newDays).or(landedMeanwhile),
                newDays,
                clickedOn(newDays),
                scores(newDays)));
      }
      for (LocalDate day : days.again()) {
        SortedSet<LocalDate> alone = new TreeSet<>(List.of(day));
        judged.addAll(judge(histories, around(alone), alone, clickedOn(alone), scores(alone)));
      }
      if (!days.added().isEmpty()) {
        Column landedBefore = col(RawClicks.LANDED_AT).geq(lit(visibleFrom(landedThrough)));
        Column late = col(RawClicks.LANDED_AT).gt(lit(landedThrough));
        judged.addAll(
            judge(
                histories,
                around(days.added()).and(landedBefore),
                days.added(),
                clickedOn(days.added()).and(late),
                Optional.empty()));
      }
    }
    return new JudgedClicks(judged.stream().reduce(Dataset::union).orElseThrow(), broadcasts);
  }

  /** No rows, so that a run without clicks has the columns too. */
  private Dataset<Row> noClicks() {
    Dataset<Row> marked =
        inputs
            .raw()
            .rows()
            .limit(0)
            .withColumn(Judgements.STATELESS_FLAGS, col(RawClicks.FRAUD_FLAGS))
            .transform(none -> columns(none, Optional.empty()))
            .withColumn(Judgements.IS_DUPLICATE, lit(false))
            .withColumn(Judgements.IS_LIVE_DUPLICATE, lit(false))
            .withColumn(Judgements.STATEFUL_FLAGS, lit(new String[0]));
    return Judgements.judge(marked, ads, publishers, inputs.rules());
  }

  private static Dataset<Row> columns(
      Dataset<Row> clicks, Optional<Broadcast<HashMap<LocalDate, ActorScores>>> scores) {
    return BehaviourScores.with(clicks, scores).selectExpr(COLUMNS);
  }

  /** What the model says of the actors of whole days; a late click is judged without it. */
  private Optional<Broadcast<HashMap<LocalDate, ActorScores>>> scores(SortedSet<LocalDate> days) {
    if (behaviour == BatchSettings.BehaviourMode.OFF) {
      return Optional.empty();
    }
    LOG.info("asking the model of behaviour about {}", days);
    BehaviourModel model = BehaviourModel.shipped();
    HashMap<LocalDate, ActorScores> byDay = new HashMap<>();
    for (LocalDate day : days) {
      byDay.put(
          day,
          model.score(
              StatelessFlags.with(
                      inputs.raw().rows().where(clickedOn(new TreeSet<>(List.of(day)))),
                      inputs.rules())
                  .withColumn(RawClicks.FRAUD_FLAGS, flagsThatCount())));
    }
    return Optional.of(broadcast(byDay));
  }

  /** A click that only rules in shadow match is one like others to the model. */
  private Column flagsThatCount() {
    return array_except(
        col(Judgements.STATELESS_FLAGS), lit(inputs.rules().inShadow().toArray(String[]::new)));
  }

  private Instant visibleFrom(Instant landedAt) {
    return Instant.ofEpochMilli(ClickHistory.visibleFrom(window, landedAt.toEpochMilli()));
  }

  private static Column clickedOn(SortedSet<LocalDate> days) {
    return UtcDays.contain(days, RawClicks.CLICKED_AT);
  }

  private static Column around(SortedSet<LocalDate> days) {
    return UtcDays.around(days, RawClicks.CLICKED_AT, REACH);
  }

  /**
   * @param seen clicks that stateful rules may see
   * @param days of the judged clicks
   * @param asked those of them that are judged
   * @param scores the actors of the days; empty where the model is not asked
   */
  private List<Dataset<Row>> judge(
      Histories histories,
      Column seen,
      SortedSet<LocalDate> days,
      Column asked,
      Optional<Broadcast<HashMap<LocalDate, ActorScores>>> scores) {
    LOG.info("counting the clicks of each landing");
    Instant landedFrom = BillingRunDays.start(days.first()).minus(READ_BEFORE);
    Dataset<Row> clicks =
        StatelessFlags.with(
            inputs.raw().rows().where(seen).where(col(RawClicks.LANDED_AT).geq(lit(landedFrom))),
            inputs.rules());
    List<LandedWindow> pieces = LandedPieces.of(clicks, maxClicks);
    List<Dataset<Row>> judged = new ArrayList<>();
    histories.restart();
    for (LandedWindow piece : pieces) {
      LOG.info("feeding the histories what landed through {}", piece.through());
      Dataset<Row> pieceClicks = clicks.where(piece.condition());
      ClickMarks marks =
          histories.feed(
              pieceClicks,
              piece.through(),
              inputs.rules().stateful(),
              () -> before(pieces.get(0), piece));
      Dataset<Row> byRules =
          Judgements.judge(
              withMarks(columns(pieceClicks.where(asked), scores), marks, piece, asked),
              ads,
              publishers,
              inputs.rules());
      judged.add(
          behaviour == BatchSettings.BehaviourMode.ON ? ModelVerdicts.apply(byRules) : byRules);
    }
    return judged;
  }

  /** What landed before a piece and is visible to it; nothing before the first piece. */
  private HistoryWindow before(LandedWindow first, LandedWindow piece) {
    if (piece.equals(first)) {
      return HistoryWindow.EMPTY;
    }
    rawTable.refresh();
    return new LandedWindow(visibleFrom(piece.from()), piece.from().minus(1, ChronoUnit.MICROS))
        .pieces(spark, rawTable, maxClicks);
  }

  private Dataset<Row> withMarks(
      Dataset<Row> clicks, ClickMarks marks, LandedWindow piece, Column asked) {
    Broadcast<ClickMarks> live = broadcast(marks);
    Broadcast<ClickCoordinates> duplicates = broadcast(duplicates(piece, asked));
    return MarkColumns.with(clicks, live, duplicates);
  }

  private <T> Broadcast<T> broadcast(T value) {
    Broadcast<T> shared = JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(value);
    broadcasts.add(shared);
    return shared;
  }

  /**
   * The duplicates among the clicks of a piece; a condition on either time is one on both tables.
   */
  private ClickCoordinates duplicates(LandedWindow piece, Column asked) {
    return ClickCoordinates.of(
        index
            .where(col(FraudClickIds.IS_DUPLICATE))
            .where(piece.condition())
            .where(asked)
            .select(FraudClickIds.KAFKA_PARTITION, FraudClickIds.KAFKA_OFFSET)
            .collectAsList());
  }
}
