package io.clickledger.sandbox.endtoend;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickledger.sandbox.parts.process.RepositoryRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What operations/ asks Prometheus for, and what the programs expose. */
final class OperationsFiles {

  static final Path FOLDER = RepositoryRoot.find().resolve("operations");
  static final Path RULES = FOLDER.resolve("prometheus/clickledger.rules.yml");

  private static final Pattern ALARM =
      Pattern.compile(
          "- alert: (\\w+)\\s+expr: (?:>-)?(.*?)\\n +(?:for|labels): .*?runbook_url: (\\S+)",
          Pattern.DOTALL);
  private static final Pattern SELECTOR =
      Pattern.compile("\\b([a-z][a-z0-9]*(?:_[a-z0-9]+)+)\\b(?:\\{([^}]*)})?");
  private static final Pattern MATCHED_LABEL = Pattern.compile("(\\w+) *(?:=~|!~|!=|=)");
  private static final Pattern SAMPLE =
      Pattern.compile("^([a-z]\\w+)(?:\\{(.*)})? [^ ]+$", Pattern.MULTILINE);
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");
  private static final Set<String> FUNCTIONS = Set.of("histogram_quantile", "group_left");
  // Prometheus adds them to whatever it scrapes.
  private static final Set<String> ADDED_LABELS = Set.of("job", "instance");

  private OperationsFiles() {}

  /** One rule of the file. */
  record Alarm(String name, String expression, String runbookUrl) {}

  static List<Alarm> alarms() {
    return ALARM
        .matcher(read(RULES))
        .results()
        .map(found -> new Alarm(found.group(1), found.group(2).strip(), found.group(3)))
        .toList();
  }

  /**
   * What alarms and board ask for that no program exposes: metrics, and labels of metrics.
   *
   * @param scrapes the text of each program's GET /metrics
   */
  static Set<String> notExposed(List<String> scrapes) throws IOException {
    Map<String, Set<String>> exposed = exposed(scrapes);
    Set<String> missing = new TreeSet<>();
    asked()
        .forEach(
            (metric, labels) -> {
              if (!exposed.containsKey(metric)) {
                missing.add(metric);
                return;
              }
              labels.stream()
                  .filter(label -> !ADDED_LABELS.contains(label))
                  .filter(label -> !exposed.get(metric).contains(label))
                  .forEach(label -> missing.add(metric + "{" + label + "}"));
            });
    return missing;
  }

  /** The metrics that alarms and board ask for, each with the labels that they match. */
  static Map<String, Set<String>> asked() throws IOException {
    List<String> expressions = new ArrayList<>(alarms().stream().map(Alarm::expression).toList());
    expressions.addAll(
        new ObjectMapper()
            .readTree(read(FOLDER.resolve("grafana/clickledger.json")))
            .findValuesAsText("expr"));
    Map<String, Set<String>> asked = new TreeMap<>();
    for (String expression : expressions) {
      SELECTOR
          .matcher(expression.replaceAll("\"[^\"]*\"", "\"\""))
          .results()
          .filter(found -> !FUNCTIONS.contains(found.group(1)))
          .forEach(found -> add(asked, found, MATCHED_LABEL));
    }
    return asked;
  }

  private static Map<String, Set<String>> exposed(List<String> scrapes) {
    Map<String, Set<String>> exposed = new TreeMap<>();
    for (String scrape : scrapes) {
      SAMPLE.matcher(scrape).results().forEach(found -> add(exposed, found, LABEL));
    }
    return exposed;
  }

  private static void add(Map<String, Set<String>> metrics, MatchResult found, Pattern label) {
    Set<String> labels = metrics.computeIfAbsent(found.group(1), name -> new TreeSet<>());
    if (found.group(2) != null) {
      labels.addAll(
          label
              .matcher(found.group(2))
              .results()
              .map(named -> named.group(1))
              .collect(Collectors.toSet()));
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
