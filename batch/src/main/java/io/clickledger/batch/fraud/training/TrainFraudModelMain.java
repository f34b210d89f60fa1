package io.clickledger.batch.fraud.training;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.fraud.behaviour.BehaviourModel;
import io.clickledger.lake.LakeSession;
import io.clickledger.programs.ExitCode;
import io.clickledger.programs.JobMain;
import io.clickledger.programs.WrongUsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Program: {@link TrainFraudModelJob}. */
@Command(
    name = "train-fraud-model",
    description = "Train a model of behaviour from days whose invalid clicks are known.")
public final class TrainFraudModelMain extends JobMain<BatchSettings> {
  @Option(
      names = "--date",
      required = true,
      split = ",",
      paramLabel = "YYYY-MM-DD",
      description = "UTC days to learn from; every invalid click of them must be known.")
  private List<LocalDate> days;

  @Option(
      names = "--labels",
      required = true,
      split = ",",
      paramLabel = "FILE",
      description = "JSON lines with click_id and invalid, such as an oracle of the simulator.")
  private List<Path> labels;

  @Option(names = "--model-version", required = true, description = "Name of the new model.")
  private String version;

  @Option(names = "--output", required = true, description = "File of the model; must not exist.")
  private Path output;

  TrainFraudModelMain() {
    super(BatchSettings.class, BatchSettings.DEFAULTS);
  }

  public static void main(String[] args) {
    JobMain.exit(new TrainFraudModelMain(), args);
  }

  @Override
  protected int run(BatchSettings settings) throws IOException {
    if (Files.exists(output)) {
      throw new WrongUsageException("--output must not exist, was " + output);
    }
    try (SparkSession spark = LakeSession.open("train-fraud-model", settings.lake())) {
      BehaviourModel model =
          new TrainFraudModelJob(spark, out()::println).run(days, labels, version);
      Files.writeString(output, model.document());
    }
    out().println("wrote model " + version + " to " + output);
    return ExitCode.DONE;
  }
}
