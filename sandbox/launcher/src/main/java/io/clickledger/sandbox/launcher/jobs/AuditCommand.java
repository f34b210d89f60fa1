package io.clickledger.sandbox.launcher.jobs;

import io.clickledger.sandbox.launcher.folder.SettingsFiles;
import io.clickledger.sandbox.launcher.platform.Platform;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;

/** Proves that nothing was lost, counted twice or changed; the broker is asked where it runs. */
@Command(
    name = "audit",
    description =
        "Check that no clicks are missing or doubled, that billing is as it was published, and that"
            + " the ledger is what its clicks cost; exit status 1 if not.")
public final class AuditCommand extends JobCommand {
  AuditCommand() {
    super("audit", "batch", "postgres");
  }

  @Override
  Set<String> pathOptions() {
    return Set.of("--documents");
  }

  @Override
  Map<String, String> defaults(Platform platform) {
    return platform.kafka.isRunning()
        ? Map.of(
            "--bootstrap-servers",
            platform.settings().bootstrapServers(),
            "--topic",
            SettingsFiles.CLICK_TOPIC)
        : Map.of();
  }
}
