package io.clickledger.batch.documents;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.documents.content.Document;
import io.clickledger.batch.documents.content.DocumentKind;
import io.clickledger.batch.documents.content.Section;
import io.clickledger.batch.documents.format.DocumentFiles;
import io.clickledger.lake.LakeSession;
import io.clickledger.programs.ExitCode;
import io.clickledger.programs.JobMain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Mixin;

/** Programs: {@link DocumentJob}, for one kind of document. */
abstract class DocumentMain extends JobMain<BatchSettings> {
  private final DocumentKind kind;

  @Mixin private DocumentArguments arguments;

  DocumentMain(DocumentKind kind) {
    super(BatchSettings.class, BatchSettings.DEFAULTS);
    this.kind = kind;
  }

  /** Whose document; empty for all that have entries. */
  abstract Optional<String> partyId();

  @Override
  protected final int run(BatchSettings settings) throws IOException {
    List<Document> documents;
    String job = kind.title().toLowerCase(Locale.ROOT).replace(' ', '-');
    try (SparkSession spark = LakeSession.open(job, settings.lake())) {
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
    out().println(summary(documents));
    return ExitCode.DONE;
  }

  private String summary(List<Document> documents) {
    return "documents of %s written: %d; each ties out with billing.ledger and billing.adjustments"
        .formatted(arguments.month(), documents.size());
  }
}
