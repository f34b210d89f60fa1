package io.clickledger.streaming.repair;

import io.clickledger.lake.LakeSession;
import io.clickledger.programs.ExitCode;
import io.clickledger.programs.JobMain;
import io.clickledger.programs.WrongUsageException;
import io.clickledger.streaming.StreamingSettings;
import java.time.Duration;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Program: {@link AcceptGapJob}. */
@Command(
    name = "accept-gap",
    description = "Record that a person accepts to continue without what Kafka has lost.")
public final class AcceptGapMain extends JobMain<StreamingSettings> {
  /** A driver that a gap stops at each start has the lock until it comes to the gap. */
  private static final Duration MAX_DRIVER_WAIT = Duration.ofSeconds(30);

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why the loss is accepted.")
  private String reason = "";

  @Option(names = "--dry-run", description = "Only print what would be accepted.")
  private boolean dryRun;

  AcceptGapMain() {
    super(StreamingSettings.class, StreamingSettings.DEFAULTS);
  }

  public static void main(String[] args) {
    JobMain.exit(new AcceptGapMain(), args);
  }

  @Override
  protected int run(StreamingSettings settings) {
    if (reason.isBlank() && !dryRun) {
      throw new WrongUsageException("--reason TEXT must say why the loss is accepted");
    }
    try (SparkSession spark = LakeSession.open("accept-gap", settings.lake())) {
      AcceptGapJob job = new AcceptGapJob(spark, settings, MAX_DRIVER_WAIT);
      (dryRun ? job.show() : job.accept(reason)).forEach(out()::println);
    }
    return ExitCode.DONE;
  }
}
