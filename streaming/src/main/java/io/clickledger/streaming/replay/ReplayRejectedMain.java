package io.clickledger.streaming.replay;

import io.clickledger.lake.LakeSession;
import io.clickledger.programs.ExitCode;
import io.clickledger.programs.JobMain;
import io.clickledger.programs.WrongUsageException;
import io.clickledger.streaming.StreamingSettings;
import java.time.Instant;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Program: {@link ReplayRejectedJob}. {@link ExitCode#REFUSED} where some records could not be
 * decrypted, or would not be kept by the topic.
 */
@Command(
    name = "replay-rejected",
    description = "Correct rejected clicks and send them to the topic again; each counts once.")
public final class ReplayRejectedMain extends JobMain<StreamingSettings> {
  @Mixin private ReplayArguments arguments;

  ReplayRejectedMain() {
    super(StreamingSettings.class, StreamingSettings.DEFAULTS);
  }

  public static void main(String[] args) {
    JobMain.exit(new ReplayRejectedMain(), args);
  }

  @Override
  protected int run(StreamingSettings settings) {
    Instant now = Instant.now();
    ReplayOptions options = arguments.read(now, environment());
    try {
      ReplayRejectedJob.keys(settings.privacy(), options.formerKeys());
    } catch (IllegalArgumentException e) {
      throw new WrongUsageException(e.getMessage());
    }
    ReplayReport report;
    try (SparkSession spark = LakeSession.open("replay-rejected", settings.lake())) {
      report = new ReplayRejectedJob(spark, settings.kafka(), settings.privacy()).run(options, now);
    }
    out().println(report);
    return report.isComplete() ? ExitCode.DONE : ExitCode.REFUSED;
  }
}
