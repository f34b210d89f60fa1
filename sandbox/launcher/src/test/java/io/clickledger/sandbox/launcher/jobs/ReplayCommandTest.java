package io.clickledger.sandbox.launcher.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.sandbox.launcher.CommandLineRun;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ReplayCommandTest {

  @Test
  void handsEveryOptionToTheJob() {
    List<String> given =
        List.of(
            ("--reason MISSING --reason MALFORMED --from 2026-11-19 --to 2026-11-20 --field ad_id"
                    + " --detail-contains absent --limit 3 --drop x --drop y --rename adId=ad_id"
                    + " --set-field a=\"1\" --default b={\"c\":2} --payload-key p0=env:OLD"
                    + " --derive-click-id --dry-run --all")
                .split(" "));
    ReplayCommand command = new ReplayCommand();

    new CommandLine(command).parseArgs(given.toArray(String[]::new));

    assertThat(command.arguments()).containsExactlyElementsOf(given);
  }

  @Test
  void handsOverNothingThatWasNotGiven() {
    ReplayCommand command = new ReplayCommand();

    new CommandLine(command).parseArgs("--reason", "EMPTY", "--from", "2026-11-19");

    assertThat(command.arguments()).containsExactly("--reason", "EMPTY", "--from", "2026-11-19");
  }

  @Test
  void asksForAReasonAndABeginning() {
    CommandLineRun run = CommandLineRun.of("replay");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("--reason", "--from");
  }
}
