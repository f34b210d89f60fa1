package io.clickledger.batch.billing.run;

import io.clickledger.batch.audit.books.ClosedPeriodsCheck;
import io.clickledger.batch.audit.books.LedgerAudit;
import io.clickledger.batch.audit.books.PublishedTables;
import io.clickledger.batch.audit.offsets.Findings;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.Publications;
import io.clickledger.lake.publish.TableRefs;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.TableName;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.spark.sql.SparkSession;

/** What the audit finds in the ledger, as it is and with defects that were published. */
record BooksAudit(SparkSession spark, LocalDate first, LocalDate end) {
  /** Findings of the ledger as it is. */
  List<String> findings() {
    return findings(publications());
  }

  /** The findings if these statements had been published in the newest publication. */
  List<String> findingsWith(Map<TableName, List<String>> statements) {
    List<Publication> publications = new ArrayList<>(publications());
    Publication newest = publications.remove(publications.size() - 1);
    publications.add(with(spark, newest, statements));
    return findings(publications);
  }

  /** The publication if these statements had been published with it. */
  static Publication with(
      SparkSession spark, Publication publication, Map<TableName, List<String>> statements) {
    Map<TableName, Long> snapshotIds = new HashMap<>(publication.finalSnapshotIds());
    statements.forEach(
        (name, ofTable) -> {
          Table table = LakeTables.load(spark, name);
          long sound = table.currentSnapshot().snapshotId();
          ofTable.forEach(statement -> spark.sql(statement));
          table.refresh();
          snapshotIds.put(name, table.currentSnapshot().snapshotId());
          TableRefs.resetMain(table, sound);
        });
    return new Publication(
        publication.publicationId(),
        publication.publishedAt(),
        publication.runId(),
        publication.through(),
        snapshotIds,
        publication.liveSnapshotId(),
        publication.rawOffsets(),
        publication.landedThrough(),
        publication.restatedDays(),
        publication.closed(),
        publication.totals());
  }

  private List<String> findings(List<Publication> publications) {
    Findings findings = new Findings();
    Publication newest = publications.get(publications.size() - 1);
    new LedgerAudit(spark, PublishedTables.of(spark, newest).orElseThrow(), findings)
        .check(first, end);
    new ClosedPeriodsCheck(spark, publications, findings).check();
    return findings.sentences();
  }

  private List<Publication> publications() {
    return new Publications(LakeTables.load(spark, BillingPublications.TABLE)).all();
  }
}
