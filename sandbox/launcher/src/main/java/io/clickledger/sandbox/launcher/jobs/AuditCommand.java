package io.clickledger.sandbox.launcher.jobs;

import io.clickledger.sandbox.launcher.folder.SettingsFiles;
import io.clickledger.sandbox.launcher.platform.Platform;
import java.util.Map;
import picocli.CommandLine.Command;

/** Proves that nothing was lost, counted twice or changed; the broker is asked where it runs. */
@Command(
    name = "audit",
    description =
        "Check that no clicks are missing or doubled and that billing is as it was published;"
            + " exit status 1 if not.")
public final class AuditCommand extends JobCommand {
  AuditCommand() {
    super("audit", "batch", "postgres");
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
