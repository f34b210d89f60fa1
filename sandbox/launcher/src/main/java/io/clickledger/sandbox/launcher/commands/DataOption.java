package io.clickledger.sandbox.launcher.commands;

import io.clickledger.programs.RefusedException;
import io.clickledger.sandbox.launcher.folder.DataFolder;
import io.clickledger.sandbox.launcher.folder.PlatformConfig;
import io.clickledger.sandbox.launcher.platform.Platform;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which platform a command is about. */
public final class DataOption {

  @Option(
      names = "--data-dir",
      paramLabel = "FOLDER",
      description = "Folder of the platform's data (default: data/ beside this script).")
  private Path folder;

  DataFolder folder() {
    return folder == null ? DataFolder.defaultFolder() : new DataFolder(folder);
  }

  /** The platform that the folder was chosen for, running or not. */
  public Platform platform() {
    DataFolder data = folder();
    return new Platform(data, data.config().orElse(PlatformConfig.defaults()));
  }

  /** The platform, or a refusal where these parts of it do not run. */
  public Platform runningPlatform(String... names) {
    Platform platform = platform();
    for (String name : names) {
      if (!platform.part(name).isRunning()) {
        throw new RefusedException(
            "%s of the platform in %s does not run: start it with %s"
                .formatted(name, platform.data().path(), platform.data().command("up")));
      }
    }
    return platform;
  }
}
