package io.clickledger.sandbox.launcher.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.sandbox.launcher.CommandLineRun;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class AcceptGapCommandTest {

  @Test
  void handsTheReasonToTheJobOrOnlyLooks() {
    AcceptGapCommand accepts = new AcceptGapCommand();
    AcceptGapCommand looks = new AcceptGapCommand();

    new CommandLine(accepts).parseArgs("--reason", "the disk was full");
    new CommandLine(looks).parseArgs("--dry-run");

    assertThat(accepts.arguments()).containsExactly("--reason", "the disk was full");
    assertThat(looks.arguments()).containsExactly("--dry-run");
  }

  @Test
  void asksForAReason() {
    CommandLineRun run = CommandLineRun.of("accept-gap");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("--reason");
  }
}
