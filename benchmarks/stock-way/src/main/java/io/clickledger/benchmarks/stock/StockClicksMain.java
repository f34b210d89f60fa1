package io.clickledger.benchmarks.stock;

import io.clickledger.programs.ExitCode;
import io.clickledger.programs.JobMain;
import picocli.CommandLine.Command;

/** Program: {@link StockClicksJob}. */
@Command(name = "stock-clicks", description = "Land and count clicks by stock parts of Spark.")
public final class StockClicksMain extends JobMain<StockSettings> {
  StockClicksMain() {
    super(StockSettings.class, "/io/clickledger/benchmarks/stock/defaults.properties");
  }

  public static void main(String[] args) {
    JobMain.exit(new StockClicksMain(), args);
  }

  @Override
  protected int run(StockSettings settings) throws Exception {
    StockClicksJob.run(settings);
    return ExitCode.DONE;
  }
}
