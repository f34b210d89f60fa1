package io.clickledger.sandbox.parts;

import io.clickledger.sandbox.parts.process.CacheFolder;
import io.clickledger.sandbox.parts.process.Folders;
import io.clickledger.sandbox.parts.process.ProcessPlan;
import io.clickledger.sandbox.parts.process.StartException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked once from the jar that Maven brings for this machine. */
final class PostgresBinaries {

  private static final Pattern VERSION = Pattern.compile("-(\\d+\\.\\d+\\.\\d+)\\.jar!");
  private static final Path UNSHARE = Path.of("/usr/bin/unshare");
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(90);

  private final Path home;

  private PostgresBinaries(Path home) {
    this.home = home;
  }

  static PostgresBinaries unpacked() {
    String file = "/postgres-" + system() + "-" + architecture() + ".txz";
    URL resource = PostgresBinaries.class.getResource(file);
    if (resource == null) {
      throw new StartException(
          "no PostgreSQL binaries for this machine (" + file + ") in the class path");
    }
    Matcher version = VERSION.matcher(resource.toString());
    Path home =
        CacheFolder.path().resolve("postgres-" + (version.find() ? version.group(1) : "unknown"));
    if (!Files.isExecutable(home.resolve("bin/postgres"))) {
      unpack(resource, home);
    }
    return new PostgresBinaries(home);
  }

  private static String system() {
    String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    return name.startsWith("mac") ? "darwin" : "linux";
  }

  private static String architecture() {
    return System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
  }

  // Several programs may unpack at once: each into a folder of its own, the first one's is kept.
  private static void unpack(URL resource, Path home) {
    try {
      Files.createDirectories(home.getParent());
      Path folder = Files.createTempDirectory(home.getParent(), "postgres-unpacking-");
      Process tar = new ProcessBuilder("tar", "-xf", "-", "-C", folder.toString()).start();
      try (InputStream packed = new XZInputStream(resource.openStream());
          OutputStream out = tar.getOutputStream()) {
        packed.transferTo(out);
      }
      if (tar.waitFor() != 0) {
        throw new StartException("tar could not unpack PostgreSQL's binaries into " + folder);
      }
      try {
        Files.move(folder, home, StandardCopyOption.ATOMIC_MOVE);
      } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
        Folders.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("could not unpack PostgreSQL's binaries to " + home, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while unpacking PostgreSQL's binaries", e);
    }
  }

  /** Runs one of the programs to its end; fails with what it said when its status is not 0. */
  void run(Path log, String program, String... arguments) {
    List<String> command = new ArrayList<>();
    // PostgreSQL refuses to run as root; in a user namespace of its own it is nobody.
    if (isRoot()) {
      command.addAll(List.of(UNSHARE.toString(), "-U"));
    }
    command.add(home.resolve("bin").resolve(program).toString());
    command.addAll(List.of(arguments));
    ProcessPlan plan =
        ProcessPlan.of("PostgreSQL's " + program)
            .command(command)
            .environment("LC_ALL", "C")
            .log(log)
            .outliving();
    plan.start().awaitSuccess(CALL_TIMEOUT);
  }

  private static boolean isRoot() {
    if (!"root".equals(System.getProperty("user.name"))) {
      return false;
    }
    if (!Files.isExecutable(UNSHARE)) {
      throw new StartException(
          "PostgreSQL does not run as root and " + UNSHARE + " is missing: use another user");
    }
    return true;
  }
}
