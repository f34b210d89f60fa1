package io.clickledger.sandbox.launcher;

import io.clickledger.sandbox.parts.RepositoryRoot;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which platform a command is about. */
final class DataOption {

  @Option(
      names = "--data-dir",
      paramLabel = "FOLDER",
      description = "Folder that everything lives in (default: data/ beside this script).")
  private Path folder;

  DataFolder folder() {
    return new DataFolder(folder == null ? RepositoryRoot.find().resolve("data") : folder);
  }

  /** The platform that the folder was chosen for, running or not. */
  Platform platform() {
    DataFolder data = folder();
    return new Platform(data, data.choices().orElse(Choices.usual()));
  }

  /** The platform, or a refusal where these parts of it do not run. */
  Platform runningPlatform(String... names) {
    Platform platform = platform();
    for (String name : names) {
      if (!platform.part(name).isRunning()) {
        throw new Refusal(
            "%s of the platform in %s does not run: start it with ./clickledger up"
                .formatted(name, platform.data().path()));
      }
    }
    return platform;
  }
}
