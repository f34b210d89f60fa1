package io.clickledger.batch.documents;

import io.clickledger.batch.BatchMain;
import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.documents.books.Closings;
import io.clickledger.batch.documents.books.PublishedBooks;
import io.clickledger.batch.documents.content.DocumentKind;
import io.clickledger.batch.documents.content.DocumentNumber;
import io.clickledger.lake.LakeSession;
import io.clickledger.lake.publish.Publication;
import io.clickledger.programs.ExitCode;
import io.clickledger.programs.JobMain;
import java.io.IOException;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Program: {@link ExplainJob}. {@link ExitCode#REFUSED} where the clicks of a line do not add up to
 * the ledger.
 */
@Command(
    name = "explain",
    description = "Show the clicks behind a line of an invoice, and that they add up to it.")
public final class ExplainMain extends BatchMain {
  @Mixin private ExplainArguments arguments;

  public static void main(String[] args) {
    JobMain.exit(new ExplainMain(), args);
  }

  @Override
  protected Outcome work(BatchSettings settings) throws IOException {
    DocumentNumber number = arguments.invoice();
    ExplainedLine line = arguments.line();
    List<String> faults;
    try (SparkSession spark = LakeSession.open("explain", settings.lake())) {
      faults =
          new ExplainJob(books(spark, number), out()::println)
              .run(line, arguments.limit(), arguments.out());
    }
    faults.forEach(fault -> System.err.println("WRONG: " + fault));
    return Outcome.found(
        faults.isEmpty(),
        faults.isEmpty()
            ? "the clicks add up to the ledger"
            : "the clicks of %d days do not add up to the ledger".formatted(faults.size()));
  }

  /** Those that the invoice was read from. */
  static PublishedBooks books(SparkSession spark, DocumentNumber number) {
    Closings closings = Closings.of(spark, number.month());
    Publication publication =
        number.publicationId().isPresent()
            ? closings.publication(number.publicationId().getAsLong())
            : closings
                .of(number.partyId())
                .map(Closings.Closing::publication)
                .orElse(closings.current());
    return new PublishedBooks(spark, publication, DocumentKind.INVOICE, number.month());
  }
}
