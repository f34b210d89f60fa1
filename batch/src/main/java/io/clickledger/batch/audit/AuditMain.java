package io.clickledger.batch.audit;

import io.clickledger.batch.BatchMain;
import io.clickledger.batch.BatchSettings;
import io.clickledger.lake.LakeSession;
import io.clickledger.programs.ExitCode;
import io.clickledger.programs.JobMain;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Program: {@link AuditJob}. {@link ExitCode#REFUSED} where something is wrong. */
@Command(
    name = "audit",
    description =
        "Check that no clicks are missing or doubled, that billing is as it was published, and that"
            + " the ledger is what its clicks cost.")
public final class AuditMain extends BatchMain {
  @Mixin private AuditArguments arguments;

  public static void main(String[] args) {
    JobMain.exit(new AuditMain(), args);
  }

  @Override
  protected Outcome work(BatchSettings settings) {
    Instant now = Instant.now();
    AuditOptions options = arguments.options(now);
    List<String> findings;
    try (SparkSession spark = LakeSession.open("audit", settings.lake())) {
      findings = new AuditJob(spark, settings, out()::println).run(options, now);
    }
    findings.forEach(finding -> System.err.println("WRONG: " + finding));
    return Outcome.found(
        findings.isEmpty(),
        findings.isEmpty() ? "nothing is wrong" : "something is wrong: see WRONG above");
  }
}
