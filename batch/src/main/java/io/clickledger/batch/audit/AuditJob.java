package io.clickledger.batch.audit;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.JobFailedException;
import io.clickledger.lake.CatalogDatabase;
import io.clickledger.lake.LakeSession;
import io.clickledger.schemas.AuditLandings;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.schemas.TableName;
import io.clickledger.schemas.Tables;
import io.clickledger.settings.SettingsAndArguments;
import io.clickledger.settings.SettingsException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/**
 * Proves that nothing was lost, nothing counted twice and nothing published changed: {@code
 * --settings FILE [--from DATE] [--to DATE] [--bootstrap-servers HOST:PORT,...] [--topic NAME]}.
 * Ranges are looked at over all of the lake's life, rows over the days of landing asked for. Reads
 * only, beside everything else.
 */
public final class AuditJob {
  private static final List<TableName> LANDING_TABLES =
      List.of(
          RawClicks.TABLE, RawRejectedClicks.TABLE, LiveClicksByMinute.TABLE, AuditLandings.TABLE);

  private final SparkSession spark;
  private final BatchSettings settings;
  private final Consumer<String> out;

  /**
   * @param out takes the proof, line by line
   */
  public AuditJob(SparkSession spark, BatchSettings settings, Consumer<String> out) {
    this.spark = spark;
    this.settings = settings;
    this.out = out;
  }

  /** Exits with 0 where no hole was found; with 1 and the holes otherwise. */
  public static void main(String[] args) {
    try {
      SettingsAndArguments<BatchSettings> given = BatchSettings.read(args, System.getenv());
      Instant now = Instant.now();
      AuditOptions options = AuditOptions.parse(given.arguments(), now);
      List<String> holes;
      try (SparkSession spark = LakeSession.open("audit", given.settings().lake())) {
        holes = new AuditJob(spark, given.settings(), System.out::println).run(options, now);
      }
      if (!holes.isEmpty()) {
        holes.forEach(hole -> System.err.println("HOLE: " + hole));
        System.exit(1);
      }
    } catch (JobFailedException | SettingsException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  /** Prints the proof and returns what contradicts it, one sentence each. */
  public List<String> run(AuditOptions options, Instant now) {
    Holes holes = new Holes();
    Set<TableName> tables = tables(holes);
    out.accept(
        new BillingAudit(spark, CatalogDatabase.of(settings.lake()), tables, out, holes)
            .check(options.start(), options.end())
            .toString());
    if (tables.containsAll(LANDING_TABLES)) {
      checkLandings(options, now, holes);
    }
    return holes.sentences();
  }

  private Set<TableName> tables(Holes holes) {
    Set<TableName> tables = new HashSet<>();
    for (TableName table : Tables.ALL) {
      if (spark.catalog().tableExists(table.toString())) {
        tables.add(table);
      } else {
        holes.add(Holes.Kind.NO_TABLE, "table %s is not there".formatted(table));
      }
    }
    return tables;
  }

  private void checkLandings(AuditOptions options, Instant now, Holes holes) {
    out.accept("reading which ranges landed");
    Optional<LandedRanges> newest = LandedRanges.ofNewestTopic(spark);
    if (newest.isEmpty()) {
      out.accept("nothing has landed yet");
      return;
    }
    LandedRanges landed = newest.get();
    long before = holes.total();
    out.accept("checking %d landed ranges".formatted(landed.total()));
    Tiling.check(landed.ranges(), holes);
    out.accept(
        "landed ranges since %s: %d, %s"
            .formatted(
                landed.first(),
                landed.total(),
                holes.total() == before ? "side by side" : "NOT side by side"));
    List<PartitionProof> proofs = conservation(landed, options, now, holes);
    out.accept(
        "offsets that landed from %s on and before %s:".formatted(options.start(), options.end()));
    out.accept(PartitionProof.HEADER);
    proofs.forEach(proof -> out.accept(proof.toString()));
    out.accept("comparing live.clicks_by_minute with raw.clicks");
    out.accept(
        new LiveAgainstRaw(spark, settings.audit().dedupWindow())
            .compare(options.start(), options.end(), now.minus(settings.upkeep().keepLive()), holes)
            .map(LiveAgainstRaw.Proof::toString)
            .orElse("live.clicks_by_minute: nothing is counted yet"));
  }

  private List<PartitionProof> conservation(
      LandedRanges landed, AuditOptions options, Instant now, Holes holes) {
    Conservation.Retained retained =
        Conservation.Retained.at(
            now, settings.upkeep().keepRaw(), settings.upkeep().keepRejected());
    if (options.bootstrapServers().isEmpty()) {
      return new Conservation(spark, landed, retained, Optional.empty(), out)
          .prove(options.start(), options.end(), holes);
    }
    try (BrokerRecords broker =
        BrokerRecords.open(options.bootstrapServers().get(), options.topic(), landed.topicId())) {
      return new Conservation(spark, landed, retained, Optional.of(broker), out)
          .prove(options.start(), options.end(), holes);
    }
  }
}
