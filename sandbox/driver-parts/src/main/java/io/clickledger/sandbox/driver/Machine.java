package io.clickledger.sandbox.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The machine that a figure comes from. */
public final class Machine {
  private Machine() {}

  public static String describe() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      String model =
          lines
              .filter(line -> line.startsWith("model name"))
              .map(line -> line.substring(line.indexOf(':') + 1).strip())
              .findFirst()
              .orElse(System.getProperty("os.arch"));
      return "%d cores of %s, Java %s"
          .formatted(
              Runtime.getRuntime().availableProcessors(),
              model,
              System.getProperty("java.version"));
    }
  }
}
