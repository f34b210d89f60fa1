package io.clickledger.sandbox.parts.process;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** A Java installation on this machine. */
public record Jdk(Path home, int version) {

  /** Names the folders that hold JDKs, where they are not the usual ones. */
  private static final String FOLDERS = "CLICKLEDGER_JDK_FOLDERS";

  private static final List<String> VARIABLES =
      List.of("CLICKLEDGER_TRINO_JAVA_HOME", "JAVA_HOME_24", "JAVA_HOME_25", "JAVA_HOME");

  /** Returns the one that runs this program. */
  public static Jdk current() {
    return new Jdk(Path.of(System.getProperty("java.home")), Runtime.version().feature());
  }

  /**
   * Returns the first JDK of at least this version among those that variables name, else the newest
   * in the folders where installers put them.
   */
  public static Optional<Jdk> atLeast(int version, Map<String, String> environment) {
    Optional<Jdk> named =
        VARIABLES.stream()
            .map(environment::get)
            .filter(home -> home != null && !home.isBlank())
            .flatMap(home -> at(Path.of(home)).stream())
            .filter(jdk -> jdk.version >= version)
            .findFirst();
    return named.or(
        () ->
            installed(environment).stream()
                .filter(jdk -> jdk.version >= version)
                .max(Comparator.comparingInt(Jdk::version)));
  }

  private static List<Jdk> installed(Map<String, String> environment) {
    List<Path> folders = new ArrayList<>();
    String given = environment.get(FOLDERS);
    if (given != null) {
      Stream.of(given.split(":")).map(Path::of).forEach(folders::add);
    } else {
      folders.add(Path.of("/usr/lib/jvm"));
      folders.add(Path.of("/opt"));
      folders.add(Path.of("/Library/Java/JavaVirtualMachines"));
      String home = environment.getOrDefault("HOME", "/");
      folders.add(Path.of(home, ".sdkman/candidates/java"));
      folders.add(Path.of(home, ".jdks"));
      folders.add(Path.of(home, ".local/share/mise/installs/java"));
    }
    return folders.stream()
        .flatMap(folder -> children(folder).stream())
        .flatMap(child -> Stream.of(child, child.resolve("Contents/Home")))
        .flatMap(child -> at(child).stream())
        .toList();
  }

  private static List<Path> children(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Jdk> at(Path home) {
    Path release = home.resolve("release");
    if (!Files.isRegularFile(release) || !Files.isExecutable(home.resolve("bin/java"))) {
      return Optional.empty();
    }
    try {
      Properties properties = new Properties();
      properties.load(new StringReader(Files.readString(release)));
      String version = properties.getProperty("JAVA_VERSION", "0").replace("\"", "");
      return Optional.of(new Jdk(home, Runtime.Version.parse(version).feature()));
    } catch (IOException | IllegalArgumentException e) {
      // No JDK that says what it is; another folder may hold one.
      return Optional.empty();
    }
  }
}
