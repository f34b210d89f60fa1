package io.clickledger.sandbox.launcher.jobs;

import io.clickledger.sandbox.launcher.commands.DataOption;
import io.clickledger.sandbox.launcher.platform.Platform;
import io.clickledger.sandbox.launcher.steps.JobRun;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Produces rejected clicks again, through the script of spark-submit/. The job checks values. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Correct rejected clicks and send them to the topic again; each counts once.")
public final class ReplayCommand implements Callable<Integer> {

  @Mixin private DataOption data;
  @Spec private CommandSpec spec;

  @Option(
      names = "--reason",
      required = true,
      description = "Why they were rejected, such as MISSING; may be repeated.")
  private List<String> reasons = List.of();

  @Option(
      names = "--from",
      required = true,
      paramLabel = "TIME",
      description = "Landed at or after: 2026-11-20 or 2026-11-20T13:00:00Z.")
  private String from;

  @Option(names = "--to", paramLabel = "TIME", description = "Landed before (default: now).")
  private String to;

  @Option(names = "--field", paramLabel = "NAME", description = "Only with this field at fault.")
  private String field;

  @Option(
      names = "--detail-contains",
      paramLabel = "TEXT",
      description = "Only with this text in the detail.")
  private String detailContains;

  @Option(names = "--limit", paramLabel = "N", description = "Only the N that landed first.")
  private String limit;

  @Option(names = "--drop", paramLabel = "FIELD", description = "Remove a field; may be repeated.")
  private List<String> dropped = List.of();

  @Option(
      names = "--rename",
      paramLabel = "OLD=NEW",
      description = "Rename a field; may be repeated.")
  private List<String> renamed = List.of();

  @Option(
      names = "--set-field",
      paramLabel = "FIELD=JSON",
      description = "Give a field this value; may be repeated.")
  private List<String> set = List.of();

  @Option(
      names = "--default",
      paramLabel = "FIELD=JSON",
      description = "Give a field this value where it is absent; may be repeated.")
  private List<String> defaults = List.of();

  @Option(
      names = "--derive-click-id",
      description = "Give a record without click_id an id, always the same.")
  private boolean deriveClickId;

  @Option(
      names = "--payload-key",
      paramLabel = "ID=KEY",
      description = "A former key: ID=env:NAME or ID=file:/PATH; may be repeated.")
  private List<String> payloadKeys = List.of();

  @Option(names = "--dry-run", description = "Only print what would become of them.")
  private boolean dryRun;

  @Option(names = "--all", description = "Also send records that would be rejected again.")
  private boolean all;

  @Override
  public Integer call() {
    Platform platform = data.runningPlatform("postgres", "kafka");
    new JobRun(platform, "replay-rejected", "replay", platform.data().settings("streaming"))
        .print(spec.commandLine().getOut(), arguments());
    return 0;
  }

  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    each(arguments, "--reason", reasons);
    one(arguments, "--from", from);
    one(arguments, "--to", to);
    one(arguments, "--field", field);
    one(arguments, "--detail-contains", detailContains);
    one(arguments, "--limit", limit);
    each(arguments, "--drop", dropped);
    each(arguments, "--rename", renamed);
    each(arguments, "--set-field", set);
    each(arguments, "--default", defaults);
    each(arguments, "--payload-key", payloadKeys);
    if (deriveClickId) {
      arguments.add("--derive-click-id");
    }
    if (dryRun) {
      arguments.add("--dry-run");
    }
    if (all) {
      arguments.add("--all");
    }
    return arguments;
  }

  private static void one(List<String> arguments, String option, String value) {
    if (value != null) {
      arguments.addAll(List.of(option, value));
    }
  }

  private static void each(List<String> arguments, String option, List<String> values) {
    values.forEach(value -> one(arguments, option, value));
  }
}
