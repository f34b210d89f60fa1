package io.clickledger.streaming.repair;

import io.clickledger.lake.LakeSession;
import io.clickledger.programs.ExitCode;
import io.clickledger.programs.JobMain;
import io.clickledger.streaming.StreamingSettings;
import java.time.Instant;
import java.time.LocalDate;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Program: {@link RebuildLiveJob}. */
@Command(
    name = "rebuild-live",
    description = {
      "Count again the clicks that landed on these UTC days, and replace their rows.",
      "",
      "Days are days of landing, as in audit: a late click belongs to the day on which it landed,"
          + " not to the minute in which it is counted. Each day is replaced in one commit, up to"
          + " where live has counted, with the current metadata and fraud rules. The stream keeps"
          + " running. You may kill this command and run it again.",
      ""
    })
public final class RebuildLiveMain extends JobMain<StreamingSettings> {
  @Option(
      names = "--from",
      required = true,
      paramLabel = "YYYY-MM-DD",
      description = "First UTC day of landing.")
  private LocalDate from;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "YYYY-MM-DD",
      description = "Day after the last one.")
  private LocalDate to;

  RebuildLiveMain() {
    super(StreamingSettings.class, StreamingSettings.DEFAULTS);
  }

  public static void main(String[] args) {
    JobMain.exit(new RebuildLiveMain(), args);
  }

  @Override
  protected int run(StreamingSettings settings) {
    RebuildOptions options = new RebuildOptions(from, to);
    try (SparkSession spark = LakeSession.open("rebuild-live", settings.lake())) {
      new RebuildLiveJob(spark, settings, out()::println).run(options, Instant.now());
    }
    return ExitCode.DONE;
  }
}
