package io.clickledger.sandbox.launcher.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class JobCommandTest {

  static Stream<JobCommand> commands() {
    return Stream.of(
        new NightlyCommand(),
        new ClosePeriodCommand(),
        new VoidClicksCommand(),
        new ReprocessCommand(),
        new RerunCommand(),
        new CompareRunsCommand(),
        new EraseUserCommand(),
        new UpkeepCommand(),
        new AuditCommand(),
        new InvoiceCommand(),
        new StatementCommand(),
        new ExplainCommand(),
        new RebuildLiveCommand(),
        new ReplayCommand(),
        new AcceptGapCommand(),
        new RulesCommand.DryRun());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void handsOnOptionsThatOnlyTheJobKnows(JobCommand command) {
    List<String> given =
        List.of(
            "--reason",
            "the disk was full",
            "--from=2026-11-19",
            "--new",
            "--set-field",
            "a=\"@1\"",
            "-n",
            "@file",
            "--reason",
            "-h is no help");

    parse(command, given);

    assertThat(command.arguments(Map.of())).containsExactlyElementsOf(given);
  }

  @Test
  void keepsItsOwnOptionsFromTheJob() {
    JobCommand command = new UpkeepCommand();

    parse(command, List.of("--data-dir", "elsewhere", "--orphans"));

    assertThat(command.arguments(Map.of())).containsExactly("--orphans");
  }

  @Test
  void addsWhatThePlatformKnowsUnlessItIsGiven() {
    JobCommand command = new AuditCommand();

    parse(command, List.of("--topic=others"));

    assertThat(command.arguments(Map.of("--topic", "clicks", "--bootstrap-servers", "here:1")))
        .containsExactly("--topic=others", "--bootstrap-servers", "here:1");
  }

  @Test
  void aFolderIsMeantFromWhereTheCommandIsGiven() {
    String here = Path.of("").toAbsolutePath().toString();
    JobCommand command = new InvoiceCommand();

    parse(
        command, List.of("--out", "invoices", "--out=./more", "--out=/elsewhere", "--month", "x"));

    assertThat(command.arguments(Map.of()))
        .containsExactly(
            "--out",
            here + "/invoices",
            "--out=" + here + "/more",
            "--out=/elsewhere",
            "--month",
            "x");
  }

  private static void parse(JobCommand command, List<String> given) {
    new CommandLine(command).setExpandAtFiles(false).parseArgs(given.toArray(String[]::new));
  }
}
