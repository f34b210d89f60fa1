package io.clickledger.batch.audit;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.audit.books.ClosedPeriodsCheck;
import io.clickledger.batch.audit.books.DocumentAudit;
import io.clickledger.batch.audit.books.LedgerAudit;
import io.clickledger.batch.audit.books.PublishedTables;
import io.clickledger.batch.audit.offsets.BrokerRecords;
import io.clickledger.batch.audit.offsets.ConservationCheck;
import io.clickledger.batch.audit.offsets.Findings;
import io.clickledger.batch.audit.offsets.LandedRanges;
import io.clickledger.batch.audit.offsets.PartitionProof;
import io.clickledger.batch.audit.offsets.RangeContinuityCheck;
import io.clickledger.lake.CatalogDatabase;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.Publications;
import io.clickledger.schemas.AuditLandings;
import io.clickledger.schemas.BillingAdjustments;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingPeriods;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.BillingRuns;
import io.clickledger.schemas.BillingUnchargedClicks;
import io.clickledger.schemas.BillingVoidedClicks;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.schemas.TableName;
import io.clickledger.schemas.Tables;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/**
 * Proves that nothing was lost, nothing counted twice, nothing published changed and nothing
 * charged wrong: {@code --settings FILE [--from DATE] [--to DATE] [--bootstrap-servers
 * HOST:PORT,...] [--topic NAME] [--documents FOLDER]}. Landed ranges and closed periods are checked
 * for the whole life of the lake, rows for the requested days of landing, and the ledger for these
 * local days. The job only reads and may run at any time.
 */
public final class AuditJob {
  private static final List<TableName> LANDING_TABLES =
      List.of(
          RawClicks.TABLE, RawRejectedClicks.TABLE, LiveClicksByMinute.TABLE, AuditLandings.TABLE);

  private static final Set<TableName> BOOKS =
      Set.of(
          BillingPublications.TABLE,
          BillingRuns.TABLE,
          BillingLedger.TABLE,
          BillingAdjustments.TABLE,
          BillingUnchargedClicks.TABLE,
          BillingVoidedClicks.TABLE,
          BillingPeriods.TABLE,
          FraudClickVerdicts.TABLE);

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

  /** Prints the proof and returns the findings that contradict it, one sentence each. */
  public List<String> run(AuditOptions options, Instant now) {
    Findings findings = new Findings();
    Set<TableName> tables = tables(findings);
    out.accept(
        new BillingAudit(spark, CatalogDatabase.of(settings.lake()), tables, out, findings)
            .check(options.start(), options.end())
            .toString());
    boolean hasLedger = checkBooks(options, tables, findings);
    long accepted = tables.containsAll(LANDING_TABLES) ? checkLandings(options, now, findings) : 0;
    out.accept(conclusion(options, findings, accepted, hasLedger));
    return findings.sentences();
  }

  /**
   * Checks the ledger of the current publication, closed periods, and documents where they are
   * kept. Returns whether there is a ledger.
   */
  private boolean checkBooks(AuditOptions options, Set<TableName> tables, Findings findings) {
    List<Publication> publications =
        tables.containsAll(BOOKS)
            ? new Publications(LakeTables.load(spark, BillingPublications.TABLE)).all()
            : List.of();
    Optional<PublishedTables> published =
        publications.isEmpty()
            ? Optional.empty()
            : Optional.of(publications.get(publications.size() - 1))
                .filter(this::hasLedger)
                .flatMap(current -> PublishedTables.of(spark, current));
    if (published.isEmpty()) {
      out.accept("there is no ledger to check");
      return false;
    }
    out.accept("computing the ledger of the days anew");
    out.accept(
        new LedgerAudit(spark, published.get(), findings).check(options.from(), options.to()));
    out.accept(
        "closed periods, compared with the publications that closed them: %d"
            .formatted(new ClosedPeriodsCheck(spark, publications, findings).check()));
    options
        .documents()
        .ifPresent(
            folder ->
                out.accept(
                    "documents in %s, compared with the books: %d"
                        .formatted(
                            folder,
                            new DocumentAudit(spark, publications, findings).check(folder))));
    return true;
  }

  /** A snapshot that is gone is found by {@link BillingAudit}. */
  private boolean hasLedger(Publication publication) {
    return LedgerAudit.TABLES.stream()
        .allMatch(
            table ->
                publication.finalSnapshotIds().containsKey(table)
                    && LakeTables.load(spark, table).snapshot(publication.snapshotOf(table))
                        != null);
  }

  private static String conclusion(
      AuditOptions options, Findings findings, long accepted, boolean hasLedger) {
    if (findings.total() > 0) {
      return "things that are wrong: %d".formatted(findings.total());
    }
    String but = accepted == 0 ? "" : ", but for %d accepted as lost".formatted(accepted);
    return "no clicks missing or doubled of those that landed from %s on and before %s%s; billing is as it was published%s"
        .formatted(
            options.from(),
            options.to(),
            but,
            hasLedger ? ", and the ledger is what its clicks give" : "");
  }

  private Set<TableName> tables(Findings findings) {
    Set<TableName> tables = new HashSet<>();
    for (TableName table : Tables.ALL) {
      if (spark.catalog().tableExists(table.toString())) {
        tables.add(table);
      } else {
        findings.add(Findings.Kind.NO_TABLE, "table %s is not there".formatted(table));
      }
    }
    return tables;
  }

  /** Says how many offsets a person accepted as lost. */
  private long checkLandings(AuditOptions options, Instant now, Findings findings) {
    out.accept("reading which ranges landed");
    Optional<LandedRanges> newest = LandedRanges.ofNewestTopic(spark);
    if (newest.isEmpty()) {
      out.accept("nothing has landed yet");
      return 0;
    }
    LandedRanges landed = newest.get();
    long before = findings.total();
    out.accept("checking %d landed ranges".formatted(landed.total()));
    RangeContinuityCheck.check(landed.ranges(), findings);
    out.accept(
        "landed ranges since %s: %d, %s"
            .formatted(
                landed.first(),
                landed.total(),
                findings.total() == before ? "side by side" : "NOT side by side"));
    List<PartitionProof> proofs = conservation(landed, options, now, findings);
    out.accept(
        "offsets that landed from %s on and before %s:".formatted(options.start(), options.end()));
    out.accept(PartitionProof.HEADER);
    proofs.forEach(proof -> out.accept(proof.toString()));
    out.accept("comparing live.clicks_by_minute with raw.clicks");
    out.accept(
        LiveCountCheck.compare(
            spark,
            options.start(),
            options.end(),
            now.minus(settings.upkeep().keepLive()),
            findings));
    return proofs.stream().mapToLong(PartitionProof::acceptedGap).sum();
  }

  private List<PartitionProof> conservation(
      LandedRanges landed, AuditOptions options, Instant now, Findings findings) {
    ConservationCheck.Retained retained =
        ConservationCheck.Retained.at(
            now, settings.upkeep().keepRaw(), settings.upkeep().keepRejected());
    if (options.bootstrapServers().isEmpty()) {
      return new ConservationCheck(landed, retained, Optional.empty(), out)
          .prove(options.start(), options.end(), findings);
    }
    try (BrokerRecords broker =
        BrokerRecords.open(options.bootstrapServers().get(), options.topic(), landed.topicId())) {
      return new ConservationCheck(landed, retained, Optional.of(broker), out)
          .prove(options.start(), options.end(), findings);
    }
  }
}
