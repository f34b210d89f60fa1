package io.clickledger.batch.audit;

import static org.apache.spark.sql.functions.col;

import io.clickledger.batch.audit.offsets.Findings;
import io.clickledger.batch.billing.rollup.ClickSums;
import io.clickledger.batch.billing.run.RollUpClicksJob;
import io.clickledger.lake.AdvisoryLock;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.Publications;
import io.clickledger.lake.publish.PublishedTag;
import io.clickledger.lake.publish.PublishedTotals;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.BillingRuns;
import io.clickledger.schemas.TableName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.SparkSession;

/**
 * Checks that billing is as published: the snapshots and tags of every publication; files and sums
 * of the publications of a period and of the newest one; and that main of every final table has
 * nothing that was not published.
 */
final class BillingAudit {
  /** The tables whose measures sum to what was published. */
  private static final Set<TableName> COUNTS =
      Set.of(BillingClicksByQuarterHour.TABLE, BillingClicksByDay.TABLE);

  private final SparkSession spark;
  private final DataSource catalogDatabase;
  private final Set<TableName> tables;
  private final Consumer<String> progress;
  private final Findings findings;
  private final Map<TableName, Table> loaded = new HashMap<>();
  private final Map<TableName, SnapshotFiles> files = new HashMap<>();

  /**
   * @param catalogDatabase tells whether a billing run is in progress
   * @param tables those that are there
   */
  BillingAudit(
      SparkSession spark,
      DataSource catalogDatabase,
      Set<TableName> tables,
      Consumer<String> progress,
      Findings findings) {
    this.spark = spark;
    this.catalogDatabase = catalogDatabase;
    this.tables = tables;
    this.progress = progress;
    this.findings = findings;
  }

  /** What was found. */
  record Proof(int publications, int inFull) {
    @Override
    public String toString() {
      return "publications: %d, with their snapshots and tags; files and sums of %d"
          .formatted(publications, inFull);
    }
  }

  /** Adds a finding for everything that is not as it was published. */
  Proof check(Instant from, Instant to) {
    List<Publication> publications =
        tables.contains(BillingPublications.TABLE) ? publications().all() : List.of();
    checkSequence(publications);
    Map<String, Long> grossClicks = grossClicksByRun();
    int inFull = 0;
    for (int i = 0; i < publications.size(); i++) {
      Publication publication = publications.get(i);
      Instant at = publication.publishedAt();
      boolean isAsked = !at.isBefore(from) && at.isBefore(to);
      checkSnapshots(publication);
      if (isAsked || i == publications.size() - 1) {
        checkContent(publication, Optional.ofNullable(grossClicks.get(publication.runId())));
        inFull++;
      }
    }
    checkHeads();
    return new Proof(publications.size(), inFull);
  }

  private void checkSequence(List<Publication> publications) {
    Set<Long> ids = new HashSet<>();
    for (Publication publication : publications) {
      if (!ids.add(publication.publicationId())) {
        changed(publication, "billing.publications has it twice");
      }
    }
    long newest =
        publications.isEmpty() ? 0 : publications.get(publications.size() - 1).publicationId();
    for (long id = 1; id < newest; id++) {
      if (!ids.contains(id)) {
        findings.add(
            Findings.Kind.NOT_AS_PUBLISHED,
            "publication %d: billing.publications does not have it".formatted(id));
      }
    }
  }

  private Map<String, Long> grossClicksByRun() {
    Map<String, Long> gross = new HashMap<>();
    if (tables.contains(BillingRuns.TABLE)) {
      spark
          .table(BillingRuns.TABLE.toString())
          .select(col(BillingRuns.RUN_ID), col(BillingRuns.PUBLISHED_CLICKS))
          .collectAsList()
          .forEach(row -> gross.put(row.getString(0), row.getLong(1)));
    }
    return gross;
  }

  private void checkSnapshots(Publication publication) {
    String tag = PublishedTag.of(publication.publicationId());
    publication
        .finalSnapshotIds()
        .forEach(
            (name, snapshotId) -> {
              if (!isKept(name)) {
                return;
              }
              Table table = load(name);
              if (table.snapshot(snapshotId) == null) {
                changed(publication, "its snapshot %d of %s is gone".formatted(snapshotId, name));
              }
              Optional<Long> tagged = PublishedHeads.at(table, tag);
              if (!tagged.equals(Optional.of(snapshotId))) {
                changed(
                    publication,
                    "tag %s of %s is at %s, it names %d"
                        .formatted(tag, name, PublishedHeads.text(tagged), snapshotId));
              }
            });
  }

  /** Whether the table is there, and keeps the snapshots of all publications. */
  private boolean isKept(TableName name) {
    return tables.contains(name) && Publication.FINAL_TABLES.contains(name);
  }

  private void checkContent(Publication publication, Optional<Long> grossClicks) {
    if (tables.contains(BillingRuns.TABLE) && grossClicks.isEmpty()) {
      changed(publication, "billing.runs does not have its run " + publication.runId());
    }
    publication
        .finalSnapshotIds()
        .forEach(
            (name, snapshotId) -> {
              Snapshot snapshot = isKept(name) ? load(name).snapshot(snapshotId) : null;
              if (snapshot != null) {
                checkContent(publication, name, snapshot, grossClicks);
              }
            });
  }

  private void checkContent(
      Publication publication, TableName name, Snapshot snapshot, Optional<Long> grossClicks) {
    progress.accept("checking %s of publication %d".formatted(name, publication.publicationId()));
    SnapshotFiles.Content content =
        files
            .computeIfAbsent(name, any -> new SnapshotFiles(load(name)))
            .check(snapshot, fault -> changed(publication, name + ": " + fault));
    PublishedTotals totals = publication.totals();
    Long rows = totals.rows().get(name);
    if (rows != null && content.rows() != rows) {
      changed(
          publication,
          "%s has %d rows, was published with %d".formatted(name, content.rows(), rows));
    }
    if (!content.isWhole() || !COUNTS.contains(name)) {
      return;
    }
    ClickSums sums =
        ClickSums.of(
            spark
                .read()
                .option(SparkReadOptions.SNAPSHOT_ID, snapshot.snapshotId())
                .table(name.toString()));
    if (rows != null && !sums.costMicros().equals(totals.costMicros())) {
      changed(
          publication,
          "%s costs %s micros, was published with %s"
              .formatted(
                  name, new TreeMap<>(sums.costMicros()), new TreeMap<>(totals.costMicros())));
    }
    if (grossClicks.filter(gross -> gross != sums.grossClicks()).isPresent()) {
      changed(
          publication,
          "%s has %d clicks, its run published %d"
              .formatted(name, sums.grossClicks(), grossClicks.get()));
    }
  }

  /**
   * During a publication, main and tags may differ from the pointer for a moment. So a difference
   * is checked again under the lock, while no billing run is active.
   */
  private void checkHeads() {
    if (!tables.contains(BillingPublications.TABLE) || wrongHeads().isEmpty()) {
      return;
    }
    Optional<AdvisoryLock> noNight = AdvisoryLock.take(catalogDatabase, RollUpClicksJob.LOCK);
    if (noNight.isEmpty()) {
      progress.accept("a billing run is in progress: main of the final tables was not compared");
      return;
    }
    try (AdvisoryLock lock = noNight.get()) {
      List<String> wrong = wrongHeads();
      lock.requireHeld();
      wrong.forEach(finding -> findings.add(Findings.Kind.NOT_AS_PUBLISHED, finding));
    }
  }

  private List<String> wrongHeads() {
    List<Publication> all = publications().all();
    Optional<Publication> current =
        all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    List<String> wrong = new ArrayList<>();
    for (TableName name : Publication.TABLES) {
      if (tables.contains(name)) {
        load(name).refresh();
        wrong.addAll(PublishedHeads.wrong(name, load(name), current));
      }
    }
    return wrong;
  }

  private Publications publications() {
    return new Publications(load(BillingPublications.TABLE));
  }

  private Table load(TableName name) {
    return loaded.computeIfAbsent(name, any -> LakeTables.load(spark, name));
  }

  private void changed(Publication publication, String what) {
    findings.add(
        Findings.Kind.NOT_AS_PUBLISHED,
        "publication %d: %s".formatted(publication.publicationId(), what));
  }
}
