package io.clickledger.batch.fraud.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.batch.billing.run.TestSpark;
import io.clickledger.sandbox.simulator.traffic.Label;
import io.clickledger.sandbox.simulator.traffic.SimulatedClick;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** What the shipped model and the shipped rules find of labelled trouble, each alone. */
class SimulatedTroubleTest {
  /** No model, threshold, rule or kind of trouble was ever looked at with one of these. */
  private static final List<Long> SEEDS = List.of(1_001L, 1_002L, 1_003L);

  private static final int CLICKS = 150_000;
  private static final SparkSession SPARK = TestSpark.plain();

  /** Of a label, all clicks that a verdict is for, and those found invalid. */
  private static final class Counts {
    long all;
    long found;

    double share() {
      return found / (double) all;
    }
  }

  @Test
  void theModelFindsWhatNoRuleNamesAndFewOthers() {
    BehaviourModel model = BehaviourModel.shipped();
    Map<Label, Counts> total = new EnumMap<>(Label.class);
    List<String> reports = new ArrayList<>();
    for (long seed : SEEDS) {
      List<SimulatedClick> clicks = SimulatedDay.clicks(seed, CLICKS, "behaviour");
      ActorScores scores = model.score(SimulatedDay.rows(SPARK, clicks, SimulatedDay::labelFlags));
      Map<Label, Counts> day = found(clicks, scores);
      reports.add("seed " + seed + ": " + report(day));
      day.forEach(
          (label, counts) -> {
            Counts sum = total.computeIfAbsent(label, l -> new Counts());
            sum.all += counts.all;
            sum.found += counts.found;
          });
    }
    reports.add("all: " + report(total));
    reports.forEach(System.out::println);

    assertThat(recall(total)).as("%s", reports).isGreaterThanOrEqualTo(0.95);
    assertThat(precision(total)).as("%s", reports).isGreaterThanOrEqualTo(0.99);
    assertThat(total.get(Label.PLAIN).share()).isLessThan(0.001);
  }

  /** By the rules' own verdicts: see also what the simulator's tests say of them. */
  private static Map<Label, Counts> found(List<SimulatedClick> clicks, ActorScores scores) {
    Map<Label, Counts> counts = new EnumMap<>(Label.class);
    Set<String> seen = new HashSet<>();
    for (SimulatedClick click : clicks) {
      boolean valid =
          !click.label().isInvalid()
              && click.label() != Label.DOUBLE_CLICK
              && seen.add(click.clickId());
      if (valid) {
        Counts count = counts.computeIfAbsent(click.label(), label -> new Counts());
        count.all++;
        count.found +=
            scores
                .find(
                    click.userId(),
                    SimulatedDay.address(click),
                    click.userAgent(),
                    click.publisherId())
                .stream()
                .count();
      }
    }
    return counts;
  }

  private static double recall(Map<Label, Counts> counts) {
    return sum(counts, true, true) / sum(counts, true, false);
  }

  private static double precision(Map<Label, Counts> counts) {
    double found = sum(counts, true, true);
    return found / (found + sum(counts, false, true));
  }

  private static double sum(Map<Label, Counts> counts, boolean invalid, boolean found) {
    return counts.entrySet().stream()
        .filter(entry -> entry.getKey().isInvalidByBehaviour() == invalid)
        .mapToDouble(entry -> found ? entry.getValue().found : entry.getValue().all)
        .sum();
  }

  private static String report(Map<Label, Counts> counts) {
    StringBuilder report =
        new StringBuilder(
            "recall %.4f, precision %.4f".formatted(recall(counts), precision(counts)));
    counts.forEach(
        (label, count) -> report.append(", %s %d/%d".formatted(label, count.found, count.all)));
    return report.toString();
  }
}
