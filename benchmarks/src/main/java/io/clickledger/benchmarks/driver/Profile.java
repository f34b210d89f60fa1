package io.clickledger.benchmarks.driver;

import io.clickledger.sandbox.driver.DriverFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where a driver's threads were when Flight Recorder looked, by phase. What a phase is stands in
 * phases.tsv.
 */
public final class Profile {
  /** Where the recording of a driver is. */
  public static Path recording(DriverFolder driver) {
    return driver.path().resolve("driver.jfr");
  }

  /** Options of Java that record a driver into the file until it ends. */
  public static String option(Path file) {
    return "-XX:StartFlightRecording=settings=profile,dumponexit=true,filename="
        + file
        + " -XX:FlightRecorderOptions=stackdepth=160";
  }

  static final String OTHER = "other";

  private static final int HOTTEST = 25;
  private static final String NATIVE = "(native)";
  private static final List<Rule> RULES = rules();
  private static final Pattern WORKING =
      RULES.stream().filter(rule -> rule.phase().equals(NATIVE)).findFirst().orElseThrow().found();

  private final Map<String, Long> java = new HashMap<>();
  private final Map<String, Long> natives = new HashMap<>();
  private final Map<Long, Long> waiting = new HashMap<>();
  private final Map<String, Long> methods = new HashMap<>();
  private final Map<String, Long> unknown = new HashMap<>();
  private long nativeSamples;

  private record Rule(String phase, Pattern found) {}

  /** Reads the samples of a time. */
  public static Profile read(Path recording, Instant from, Instant to) throws IOException {
    Profile profile = new Profile();
    try (RecordingFile file = new RecordingFile(recording)) {
      while (file.hasMoreEvents()) {
        RecordedEvent event = file.readEvent();
        boolean inTime = !event.getStartTime().isBefore(from) && event.getStartTime().isBefore(to);
        if (inTime && event.getStackTrace() != null) {
          profile.add(event);
        }
      }
    }
    return profile;
  }

  private void add(RecordedEvent event) {
    List<RecordedFrame> frames = event.getStackTrace().getFrames();
    if (frames.isEmpty()) {
      return;
    }
    String top = name(frames.get(0));
    switch (event.getEventType().getName()) {
      case "jdk.ExecutionSample" -> {
        String phase = phase(frames);
        java.merge(phase, 1L, Long::sum);
        methods.merge(top, 1L, Long::sum);
        if (phase.equals(OTHER)) {
          unknown.merge(top, 1L, Long::sum);
        }
      }
      case "jdk.NativeMethodSample" -> {
        nativeSamples++;
        if (WORKING.matcher(top).find()) {
          natives.merge(phase(frames), 1L, Long::sum);
        } else if (event.getThread("sampledThread") != null) {
          waiting.merge(event.getThread("sampledThread").getId(), 1L, Long::sum);
        }
      }
      default -> {}
    }
  }

  private static String phase(List<RecordedFrame> frames) {
    for (RecordedFrame frame : frames) {
      String name = name(frame);
      for (Rule rule : RULES) {
        if (!rule.phase().equals(NATIVE) && rule.found().matcher(name).find()) {
          return rule.phase();
        }
      }
    }
    return OTHER;
  }

  private static String name(RecordedFrame frame) {
    return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
  }

  /**
   * Prints each phase's share of the CPU time.
   *
   * <p>The recorder looks at all threads in Java code, but at only one thread in native code, at
   * half the rate, taking turns among all that are there, waiting ones too. So a thread's share of
   * the time in native code is its samples by those of a thread that did nothing but wait, and its
   * share in Java code is its samples by twice the number of turns.
   */
  public void print(PrintStream out, Map<DriverProcess.Work, Double> cpu) {
    double total = sum(cpu.values());
    double gc = cpu.getOrDefault(DriverProcess.Work.GC, 0.0);
    double compilers = cpu.getOrDefault(DriverProcess.Work.COMPILERS, 0.0);
    double sampled = sum(java.values());
    double javaTime = sampled / (2 * Math.max(1, nativeSamples));
    double turns = waiting.values().stream().mapToLong(Long::longValue).max().orElse(1);
    double nativeTime = sum(natives.values()) / turns;
    double unit = (total - gc - compilers) / (javaTime + nativeTime);
    Map<String, Double> seconds = new HashMap<>();
    java.forEach((phase, n) -> seconds.merge(phase, n / sampled * javaTime * unit, Double::sum));
    natives.forEach((phase, n) -> seconds.merge(phase, n / turns * unit, Double::sum));
    seconds.put("GC", gc);
    seconds.put("JIT compilers", compilers);
    out.printf("  %-16s %6s %8s %12s%n", "phase", "% CPU", "CPU s", "of it native");
    sorted(seconds)
        .forEach(
            e ->
                out.printf(
                    "  %-16s %6.1f %8.1f %12.1f%n",
                    e.getKey(),
                    100 * e.getValue() / total,
                    e.getValue(),
                    natives.getOrDefault(e.getKey(), 0L) / turns * unit));
    out.printf("  hottest methods, %% of %.0f samples of Java code:%n", sampled);
    sorted(methods)
        .limit(HOTTEST)
        .forEach(e -> out.printf("  %6.1f  %s%n", 100 * e.getValue() / sampled, e.getKey()));
    out.println("  hottest of " + OTHER + ":");
    sorted(unknown)
        .limit(5)
        .forEach(e -> out.printf("  %6.1f  %s%n", 100 * e.getValue() / sampled, e.getKey()));
  }

  private static double sum(Collection<? extends Number> numbers) {
    return numbers.stream().mapToDouble(Number::doubleValue).sum();
  }

  private static <N extends Number & Comparable<N>> Stream<Map.Entry<String, N>> sorted(
      Map<String, N> map) {
    return map.entrySet().stream().sorted(Map.Entry.comparingByValue(Comparator.<N>reverseOrder()));
  }

  private static List<Rule> rules() {
    try (InputStream in = Profile.class.getResourceAsStream("phases.tsv")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t"))
          .map(line -> new Rule(line[0], Pattern.compile(line[1])))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
