package io.clickledger.benchmarks.billing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The steps of a billing run by the lines of its log: each line begins a part of a step, which ends
 * with the next one.
 */
final class BillingRunSteps {
  private static final Pattern LINE =
      Pattern.compile("(?m)^(\\S+Z) INFO (?:BillingRun|JudgeClicksStep|JudgeClicks): (.*)$");

  /** What the first line of a step begins with. */
  private static final Map<String, String> STEPS = new LinkedHashMap<>();

  static {
    STEPS.put("judging ", "JudgeClicks");
    STEPS.put("summing ", "RollUpClicks");
    STEPS.put("writing verdicts", "verdicts");
    STEPS.put("charging", "ChargeClicks");
    STEPS.put("comparing ", "Reconcile");
    STEPS.put("checking ", "gate");
    STEPS.put("publishing", "publication");
  }

  /** A time of the run in which it did one thing. */
  record Part(String step, String name, Instant from, Instant to) {}

  private BillingRunSteps() {}

  /** In their order. */
  static List<Part> of(String log, Instant started, Instant ended) {
    List<Part> parts = new ArrayList<>();
    String step = "start";
    String name = "JVM, Spark, inputs";
    Instant from = started;
    Matcher line = LINE.matcher(log);
    while (line.find()) {
      Instant at = Instant.parse(line.group(1));
      parts.add(new Part(step, name, from, at));
      from = at;
      name = line.group(2);
      for (Map.Entry<String, String> first : STEPS.entrySet()) {
        if (name.startsWith(first.getKey())) {
          step = first.getValue();
        }
      }
    }
    parts.add(new Part(step, name, from, ended));
    return parts;
  }
}
