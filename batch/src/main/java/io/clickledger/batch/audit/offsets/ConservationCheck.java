package io.clickledger.batch.audit.offsets;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;

import io.clickledger.batch.audit.offsets.Explanations.Explained;
import io.clickledger.batch.audit.offsets.Explanations.Reason;
import io.clickledger.batch.audit.offsets.Explanations.Source;
import io.clickledger.batch.audit.offsets.PartitionProof.Account;
import io.clickledger.lake.landed.Landings;
import io.clickledger.schemas.AuditLandings;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.TableName;
import io.clickledger.spark.KeptRows;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Checks promise 2 (conservation) by rows: each offset that landed in a period is in raw.clicks or
 * raw.rejected_clicks exactly once, or its absence is explained. Of the raw tables only the rows
 * that landed in the period are read. On the driver there is a row per Kafka partition, never one
 * per landing.
 */
public final class ConservationCheck {
  private final LandedRanges landed;
  private final Retained retained;
  private final Optional<BrokerRecords> broker;
  private final Consumer<String> progress;

  /**
   * @param broker decides which missing offsets hold a record; without it, none is assumed to be a
   *     transaction marker
   * @param progress takes a line for each step as it starts
   */
  public ConservationCheck(
      LandedRanges landed,
      Retained retained,
      Optional<BrokerRecords> broker,
      Consumer<String> progress) {
    this.landed = landed;
    this.retained = retained;
    this.broker = broker;
    this.progress = progress;
  }

  /** By table, the landing time from which retention has certainly deleted no rows. */
  public record Retained(Instant raw, Instant rejected) {
    /** Retention deletes whole days of landing. */
    public static Retained at(Instant now, Duration keepRaw, Duration keepRejected) {
      return new Retained(
          now.minus(keepRaw).plus(Duration.ofDays(1)),
          now.minus(keepRejected).plus(Duration.ofDays(1)));
    }
  }

  /** The proof of each partition, over the offsets that landed in the period in both tables. */
  public List<PartitionProof> prove(Instant from, Instant to, Findings findings) {
    LandedPeriod period = LandedPeriod.of(landed, from, to);
    if (period.extents().isEmpty()) {
      return List.of();
    }
    SortedMap<Integer, Account> accounts = new TreeMap<>();
    period
        .extents()
        .forEach((partition, range) -> accounts.put(partition, new Account(range, findings)));
    Dataset<Row> ranges = period.ranges();
    Dataset<Row> rows = period.rows();
    progress.accept("counting the rows of each landing");
    LandedRowCounts ofLandings = new LandedRowCounts(period.landings(), rows, ranges, retained);
    LandedRowCounts.Totals totals = ofLandings.enter(accounts, findings);
    progress.accept("looking for offsets that are missing or there twice");
    try (KeptRows kept = KeptRows.of(RowSequence.irregular(rows, ranges))) {
      Dataset<Row> irregular = kept.rows();
      long missing = countMissing(irregular, accounts, findings);
      if (missing > 0) {
        progress.accept("explaining missing ranges of offsets: " + missing);
        Explanations explanations = explanations(period, ofLandings, totals);
        Iterator<OffsetRange> inOrder =
            new MergedRanges(
                OrderedRows.read(
                    RowSequence.missing(irregular),
                    missing,
                    row -> OffsetRange.of(row, LandedPeriod.RANGE_FROM, LandedPeriod.RANGE_TO),
                    RawClicks.KAFKA_PARTITION,
                    LandedPeriod.RANGE_FROM));
        while (inOrder.hasNext()) {
          OffsetRange range = inOrder.next();
          Account account = accounts.get(range.partition());
          explanations.explain(range, account, unexplained -> ask(unexplained, account));
        }
      }
    }
    return accounts.values().stream().map(Account::close).toList();
  }

  /** Reports what is there twice, and returns how many ranges are missing. */
  private static long countMissing(
      Dataset<Row> irregular, SortedMap<Integer, Account> accounts, Findings findings) {
    String twice = "twice";
    String missing = "missing";
    long allTwice = 0;
    long allMissing = 0;
    for (Row row :
        irregular
            .groupBy(RawClicks.KAFKA_PARTITION)
            .agg(
                coalesce(count_if(RowSequence.isTwice()), lit(0L)).as(twice),
                coalesce(count_if(RowSequence.isMissing()), lit(0L)).as(missing))
            .collectAsList()) {
      accounts.get(row.<Integer>getAs(RawClicks.KAFKA_PARTITION)).twice(row.<Long>getAs(twice));
      allTwice += row.<Long>getAs(twice);
      allMissing += row.<Long>getAs(missing);
    }
    if (allTwice > 0) {
      RowSequence.addTwice(irregular, findings);
    }
    return allMissing;
  }

  private Explanations explanations(
      LandedPeriod period, LandedRowCounts ofLandings, LandedRowCounts.Totals totals) {
    List<Source> sources = new ArrayList<>();
    if (totals.acceptedGaps() > 0) {
      sources.add(
          new Source(
              Reason.ACCEPTED_GAP,
              OrderedRows.read(
                  LandedRowCounts.acceptedGaps(period.landings()),
                  totals.acceptedGaps(),
                  ConservationCheck::explained,
                  AuditLandings.KAFKA_PARTITION,
                  AuditLandings.FROM_OFFSET)));
    }
    if (totals.lacking() > 0) {
      for (TableName table : Landings.TABLES) {
        sources.add(
            new Source(
                Reason.RETENTION,
                OrderedRows.read(
                    ofLandings.lacking(table),
                    totals.lacking(),
                    ConservationCheck::explained,
                    AuditLandings.KAFKA_PARTITION,
                    AuditLandings.FROM_OFFSET)));
      }
    }
    return new Explanations(sources);
  }

  private static Explained explained(Row row) {
    return new Explained(
        OffsetRange.of(row, AuditLandings.FROM_OFFSET, AuditLandings.TO_OFFSET),
        row.<Long>getAs(LandedRowCounts.EXPLAINED));
  }

  /**
   * Checks a range that the lake does not explain: only the broker knows whether it holds records.
   */
  private void ask(OffsetRange range, Account account) {
    if (broker.isEmpty()) {
      account.missing(
          Findings.Kind.MISSING,
          range,
          "%s: in neither table, and nothing says why; a broker (--bootstrap-servers) may know"
              .formatted(range));
      return;
    }
    long before = account.allMissing();
    broker
        .get()
        .read(
            range,
            lost ->
                account.missing(
                    Findings.Kind.MISSING_IN_KAFKA,
                    lost,
                    "%s: in neither table, but Kafka has records there".formatted(lost)),
            gone ->
                account.missing(
                    Findings.Kind.MISSING_UNKNOWN,
                    gone,
                    "%s: in neither table, and Kafka does not have what was there"
                        .formatted(gone)));
    account.markers(range.size() - (account.allMissing() - before));
  }
}
