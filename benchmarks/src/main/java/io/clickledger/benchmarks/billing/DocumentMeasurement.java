package io.clickledger.benchmarks.billing;

import io.clickledger.benchmarks.driver.RunOptions;
import io.clickledger.sandbox.driver.DriverParts;
import io.clickledger.sandbox.parts.process.Folders;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/** How long the documents of a month take that a billing run has just charged. */
final class DocumentMeasurement {
  private static final CSVFormat CSV =
      CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();

  private final DriverParts parts;
  private final RunOptions options;
  private final Path folder;
  private final String month;

  DocumentMeasurement(DriverParts parts, RunOptions options, Path folder, YearMonth month) {
    this.parts = parts;
    this.options = options;
    this.folder = folder;
    this.month = month.toString();
  }

  /** Runs and prints them, each as a user does: a program of its own. */
  void print() throws IOException, InterruptedException {
    Path invoices = folder.resolve("invoices");
    Folders.delete(invoices);
    print("all invoices", run("invoice", "--month", month, "--out", invoices.toString()));
    CSVRecord most =
        charges(invoices).stream()
            .max(Comparator.comparingLong(line -> Long.parseLong(line.get("clicks"))))
            .orElseThrow(() -> new IllegalStateException("no charge in " + invoices));
    String advertiser = most.get("party_id");
    print(
        "the invoice of " + advertiser,
        run(
            "invoice",
            "--month",
            month,
            "--advertiser",
            advertiser,
            "--out",
            folder.resolve("invoice").toString()));
    print(
        "explain its line of %,d clicks".formatted(Long.parseLong(most.get("clicks"))),
        run(
            "explain",
            "--advertiser",
            advertiser,
            "--month",
            month,
            "--campaign",
            most.get("campaign_id")));
  }

  private static List<CSVRecord> charges(Path invoices) throws IOException {
    List<CSVRecord> charges = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(invoices, "*.csv")) {
      for (Path file : files) {
        try (Reader text = Files.newBufferedReader(file)) {
          CSV.parse(text).stream()
              .filter(line -> line.get("entry").equals("CHARGE"))
              .forEach(charges::add);
        }
      }
    }
    return charges;
  }

  private MeasuredJob run(String job, String... arguments)
      throws IOException, InterruptedException {
    return MeasuredJob.run(parts, options, folder.resolve("run-" + job), job, arguments);
  }

  private static void print(String what, MeasuredJob job) {
    System.out.printf(
        "  %s: %.1f s, %.1f CPU s, peak resident %,d MiB%n",
        what, job.seconds(), job.cpuSeconds(), job.peakResidentBytes() >> 20);
  }
}
