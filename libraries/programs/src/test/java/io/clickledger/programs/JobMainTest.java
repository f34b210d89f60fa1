package io.clickledger.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class JobMainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  record Job(int limit) {}

  record JobSettings(Job job) {}

  /** Does what its option says. */
  @Command(name = "sample", description = "Shows how programs end.")
  static final class Sample extends JobMain<JobSettings> {
    @Option(names = "--fail", paramLabel = "HOW", description = "How it ends.")
    private String failure = "";

    @Option(names = "--date", description = "A day.")
    private LocalDate date = LocalDate.EPOCH;

    Sample() {
      super(JobSettings.class, "/io/clickledger/programs/defaults.properties");
    }

    @Override
    protected int run(JobSettings settings) {
      return switch (failure) {
        case "refused" -> throw new RefusedException("limit must be at most 2, was 3");
        case "usage" -> throw new WrongUsageException("--date needs --fail");
        case "later" -> throw new TryLaterException("another billing run is in progress");
        case "bug" -> throw new IllegalStateException("a bug");
        case "error" -> throw new NoClassDefFoundError("a/Missing");
        case "found" -> ExitCode.REFUSED;
        default -> {
          out().println("limit %d, %s".formatted(settings.job().limit(), date));
          yield ExitCode.DONE;
        }
      };
    }
  }

  private int run(String... args) {
    return new Sample()
        .execute(args, Map.of(), new PrintWriter(out, true), new PrintWriter(err, true));
  }

  @Test
  void laterSettingsFilesAndOverridesWin() throws Exception {
    Path first = Files.writeString(folder.resolve("first"), "job.limit=4\n");
    Path second = Files.writeString(folder.resolve("second"), "job.limit=5\n");

    assertThat(run()).isEqualTo(ExitCode.DONE);
    assertThat(run("--settings", first.toString(), "--settings", second.toString())).isZero();
    assertThat(run("--settings", first.toString(), "--set", "job.limit=6", "--date", "2026-11-01"))
        .isZero();

    assertThat(out.toString().lines())
        .containsExactly("limit 3, 1970-01-01", "limit 5, 1970-01-01", "limit 6, 2026-11-01");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void wrongOptionsAndSettingsAreTwoWithOneSentence() {
    assertThat(run("--dat", "x")).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(run("--date", "foo")).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(run("--set", "job.limit=many")).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(run("--settings", "/no/such/file")).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(run("--fail", "usage")).isEqualTo(ExitCode.WRONG_USAGE);

    assertThat(err.toString())
        .contains("--dat")
        .contains("must be a day as YYYY-MM-DD, was foo")
        .contains("job.limit")
        .contains("/no/such/file")
        .contains("--date needs --fail")
        .doesNotContain("Exception", "\tat ");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void refusedAndLaterAreOneAndThreeWithOneSentence() {
    assertThat(run("--fail", "refused")).isEqualTo(ExitCode.REFUSED);
    assertThat(run("--fail", "found")).isEqualTo(ExitCode.REFUSED);
    assertThat(run("--fail", "later")).isEqualTo(ExitCode.TRY_LATER);

    assertThat(err.toString().lines())
        .containsExactly("limit must be at most 2, was 3", "another billing run is in progress");
  }

  @Test
  void unexpectedFailureHasItsStackTrace() {
    assertThat(run("--fail", "bug")).isEqualTo(ExitCode.TRY_LATER);

    assertThat(run("--fail", "error")).isEqualTo(ExitCode.TRY_LATER);

    assertThat(err.toString())
        .contains("IllegalStateException: a bug", "NoClassDefFoundError: a/Missing", "\tat ");
  }

  @Test
  void helpHasOptionsSettingsAndExitCodes() {
    assertThat(run("--help")).isZero();

    assertThat(out.toString())
        .contains("Shows how programs end.", "--date", "--settings=FILE", "--set=KEY=VALUE")
        .contains("0  done", "2  wrong options or settings");
  }
}
