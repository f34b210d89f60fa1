package io.clickledger.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.batch.audit.AuditMain;
import io.clickledger.batch.billing.compare.CompareRunsMain;
import io.clickledger.batch.billing.run.ClosePeriodMain;
import io.clickledger.batch.billing.run.ReprocessMain;
import io.clickledger.batch.billing.run.RerunMain;
import io.clickledger.batch.billing.run.RollUpClicksMain;
import io.clickledger.batch.billing.run.VoidClicksMain;
import io.clickledger.batch.documents.ExplainMain;
import io.clickledger.batch.documents.InvoiceMain;
import io.clickledger.batch.documents.StatementMain;
import io.clickledger.batch.upkeep.EraseUserMain;
import io.clickledger.batch.upkeep.UpkeepMain;
import io.clickledger.programs.ExitCode;
import io.clickledger.programs.RefusedException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class BatchMainTest {
  private static final List<Class<?>> PROGRAMS =
      List.of(
          AuditMain.class,
          ClosePeriodMain.class,
          CompareRunsMain.class,
          EraseUserMain.class,
          ExplainMain.class,
          InvoiceMain.class,
          ReprocessMain.class,
          RerunMain.class,
          RollUpClicksMain.class,
          StatementMain.class,
          UpkeepMain.class,
          VoidClicksMain.class);
  private static final String[] SETTINGS = {
    "--set=lake.catalog-uri=jdbc:postgresql://127.0.0.1:1/x",
    "--set=lake.catalog-user=u",
    "--set=lake.catalog-password=env:SECRET",
    "--set=lake.warehouse=/w",
    "--set=metadata.uri=jdbc:postgresql://127.0.0.1:1/x",
    "--set=metadata.user=u",
    "--set=metadata.password=env:SECRET",
    "--set=privacy.hash-key=env:SECRET"
  };

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** Does what its option says. */
  @Command(name = "sample")
  static final class Sample extends BatchMain {
    @Option(names = "--end")
    private String end;

    @Override
    protected Outcome work(BatchSettings settings) {
      out().println("working");
      return switch (end) {
        case "done" -> Outcome.done("all is done");
        case "found" -> Outcome.found(false, "one thing is wrong");
        default -> throw new RefusedException("it is closed");
      };
    }
  }

  @Test
  void itsLastLineSaysWhatItDidAndHowLongThatTook() {
    assertThat(run("done")).isEqualTo(ExitCode.DONE);
    assertThat(run("found")).isEqualTo(ExitCode.REFUSED);

    assertThat(out.toString())
        .matches(
            "working\nsample: all is done \\(\\d+\\.\\d s\\)\n"
                + "working\nsample: one thing is wrong \\(\\d+\\.\\d s\\)\n");
  }

  @Test
  void aRefusalIsItsOwnLastLine() {
    assertThat(run("refused")).isEqualTo(ExitCode.REFUSED);

    assertThat(out).hasToString("working\n");
    assertThat(err).hasToString("it is closed\n");
  }

  @Test
  void everyProgramOfBillingAuditAndUpkeepIsOne() {
    assertThat(PROGRAMS).allMatch(BatchMain.class::isAssignableFrom);
  }

  private int run(String end) {
    String[] args = new String[SETTINGS.length + 1];
    System.arraycopy(SETTINGS, 0, args, 0, SETTINGS.length);
    args[SETTINGS.length] = "--end=" + end;
    return new Sample()
        .execute(
            args,
            Map.of("SECRET", "00112233445566778899aabbccddeeff"),
            new PrintWriter(out, true),
            new PrintWriter(err, true));
  }
}
