package io.clickledger.sandbox.launcher.folder;

import io.clickledger.programs.RefusedException;
import io.clickledger.programs.TryLaterException;
import io.clickledger.sandbox.parts.process.ManagedProcess;
import io.clickledger.sandbox.parts.process.RepositoryRoot;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** The one folder that everything of a platform lives in; deleting it, while down, starts anew. */
public record DataFolder(Path path) {

  // Bytes of the lock file: each command has both while it changes the platform.
  private static final int COMMANDS = 0;
  private static final int CHANGES = 1;

  public DataFolder {
    path = path.toAbsolutePath().normalize();
  }

  /** The folder of commands that name none. */
  public static DataFolder defaultFolder() {
    return new DataFolder(RepositoryRoot.find().resolve("data"));
  }

  /** The command as a person has to type it for this folder. */
  public String command(String words) {
    return "./clickledger " + words + (equals(defaultFolder()) ? "" : " --data-dir " + path);
  }

  public Path log(String part) {
    return path.resolve("logs").resolve(part + ".log");
  }

  public Path pidFile(String part) {
    return path.resolve("pids").resolve(part + ".pid");
  }

  /** The pid files of everything that was started and not ended. */
  public List<Path> pidFiles() {
    Path folder = path.resolve("pids");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".pid")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("could not list " + folder, e);
    }
  }

  public Path settings(String program) {
    return path.resolve("settings").resolve(program + ".properties");
  }

  public Path state(String name) {
    return path.resolve("state").resolve(name);
  }

  Path secret(String name) {
    return path.resolve("secrets").resolve(name);
  }

  /** Where one part keeps its own data. */
  public Path of(String part) {
    return path.resolve(part);
  }

  /** Makes the folder, readable by its owner only: it holds secrets and raw clicks. */
  public void make() {
    try {
      if (!Files.isDirectory(path)) {
        Files.createDirectories(path.getParent());
        Files.createDirectory(
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      for (String name : List.of("logs", "pids", "settings", "state", "secrets")) {
        Files.createDirectories(path.resolve(name));
      }
    } catch (FileAlreadyExistsException e) {
      throw new RefusedException("the data folder " + path + " is a file");
    } catch (IOException e) {
      throw new RefusedException("could not make the data folder " + path + ": " + e.getMessage());
    }
  }

  /** Forgets a part's process. */
  public void forget(String part) {
    delete(pidFile(part));
  }

  /** Forgets processes that are gone, as after a crash of the machine. */
  public void forgetEnded() {
    pidFiles().stream()
        .filter(file -> ManagedProcess.running(file).isEmpty())
        .forEach(DataFolder::delete);
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("could not delete " + file, e);
    }
  }

  /**
   * Runs a change of the platform while no other command changes it, or refuses. The supervisor,
   * which changes it for moments only, is waited for.
   */
  public void alone(Runnable change) {
    try (FileChannel channel = lockFile()) {
      // Closing the channel gives the locks back.
      if (channel.tryLock(COMMANDS, 1, false) == null) {
        throw busy();
      }
      channel.lock(CHANGES, 1, false);
      change.run();
    } catch (OverlappingFileLockException e) {
      throw busy();
    } catch (IOException e) {
      throw new UncheckedIOException("could not lock " + path, e);
    }
  }

  /** Runs the supervisor's change of the platform; where a command changes it, does nothing. */
  public void ifAlone(Runnable change) {
    try (FileChannel channel = lockFile()) {
      if (channel.tryLock(CHANGES, 1, false) != null) {
        change.run();
      }
    } catch (OverlappingFileLockException e) {
      // A command of this very process changes it.
    } catch (IOException e) {
      throw new UncheckedIOException("could not lock " + path, e);
    }
  }

  private FileChannel lockFile() throws IOException {
    return FileChannel.open(
        path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private TryLaterException busy() {
    return new TryLaterException(
        "another ./clickledger command is changing the platform in " + path + ": wait for it");
  }

  /** What the first {@code up} chose, if there was one. */
  public Optional<PlatformConfig> config() {
    Path file = state("choices.properties");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
      return Optional.of(PlatformConfig.of(properties));
    } catch (IOException e) {
      throw new UncheckedIOException("could not read " + file, e);
    }
  }

  public void keep(PlatformConfig config) {
    try (Writer writer = Files.newBufferedWriter(state("choices.properties"))) {
      config.toProperties().store(writer, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a step that is done once is done; the text says for what it was done. */
  public boolean isDone(String step, String text) {
    return text(step).filter(text::equals).isPresent();
  }

  /** The text with which a step that is done once was done. */
  public Optional<String> text(String step) {
    Path file = state(step);
    try {
      return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("could not read " + file, e);
    }
  }

  public void done(String step, String text) {
    try {
      Files.writeString(state(step), text);
    } catch (IOException e) {
      throw new UncheckedIOException("could not write " + state(step), e);
    }
  }
}
