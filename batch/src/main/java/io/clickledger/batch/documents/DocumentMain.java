package io.clickledger.batch.documents;

import io.clickledger.batch.BatchMain;
import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.documents.content.Document;
import io.clickledger.batch.documents.content.DocumentKind;
import io.clickledger.batch.documents.content.Section;
import io.clickledger.batch.documents.format.DocumentFiles;
import io.clickledger.lake.LakeSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Mixin;

/** Programs: {@link DocumentJob}, for one kind of document. */
abstract class DocumentMain extends BatchMain {
  private final DocumentKind kind;

  @Mixin private DocumentArguments arguments;

  DocumentMain(DocumentKind kind) {
    this.kind = kind;
  }

  /** Whose document; empty for all that have entries. */
  abstract Optional<String> partyId();

  @Override
  protected final Outcome work(BatchSettings settings) throws IOException {
    List<Document> documents;
    try (SparkSession spark = LakeSession.open(name(), settings.lake())) {
      documents = new DocumentJob(spark, kind, arguments.month()).run(partyId());
    }
    for (Document document : documents) {
      List<Path> files = DocumentFiles.write(document, arguments.out());
      for (Section section : document.sections()) {
        out()
            .println(
                "%s: %s %s on %d lines, %s"
                    .formatted(
                        document.number(),
                        section.total().toPlainString(),
                        section.currency(),
                        section.lines().size(),
                        document.state()));
      }
      files.forEach(file -> out().println("  " + file));
    }
    return Outcome.done(summary(documents));
  }

  private String summary(List<Document> documents) {
    return "documents of %s written: %d; each ties out with billing.ledger and billing.adjustments"
        .formatted(arguments.month(), documents.size());
  }
}
