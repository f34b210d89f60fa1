package io.clickledger.streaming.replay;

import io.clickledger.streaming.replay.decision.Coordinates;
import io.clickledger.streaming.replay.decision.Outcome;
import io.clickledger.streaming.replay.decision.TopicTimes;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The result of a replay or of its dry run, as a readable table. */
public final class ReplayReport {
  private final ReplayFilter filter;
  private final Delivery delivery;
  private final TopicTimes times;
  private final OutcomeCounts counts;

  ReplayReport(ReplayFilter filter, Delivery delivery, TopicTimes times, OutcomeCounts counts) {
    this.filter = filter;
    this.delivery = delivery;
    this.times = times;
    this.counts = counts;
  }

  /**
   * Whether every selected record was decrypted and validated, and all that land are in the topic.
   */
  public boolean isComplete() {
    return counts.records(Outcome.Kind.UNDECRYPTABLE) == 0
        && counts.records(Outcome.Kind.NOT_KEPT) == 0;
  }

  /** Records that land, or would. */
  public long landed() {
    return counts.records(Outcome.Kind.LANDED);
  }

  public long produced() {
    return counts.produced();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append("%,d records of raw.rejected_clicks: %s%n".formatted(counts.records(), filter));
    if (times.stamping() == TopicTimes.Stamping.BY_BROKER) {
      text.append(
          "The topic takes no timestamps from producers: clicks without received_at are compared with now.%n"
              .formatted());
    }
    if (counts.records() > 0) {
      text.append(
          "%n%-56s %12s %12s  %s%n"
              .formatted(
                  delivery == Delivery.NOTHING
                      ? "what would become of them"
                      : "what becomes of them",
                  "records",
                  "produced",
                  "examples (partition:offset)"));
      counts.inOrder().forEach(line -> text.append(line(line)));
    }
    text.append(
        delivery == Delivery.NOTHING
            ? "%nDry run: nothing was produced.".formatted()
            : "%n%,d produced and acknowledged.".formatted(counts.produced()));
    if (counts.records(Outcome.Kind.NOT_KEPT) > 0) {
      text.append(
          "%nThe topic keeps records from %s on: raise its retention.ms for the replay, then run it again."
              .formatted(times.keptFrom()));
    }
    if (counts.records(Outcome.Kind.UNDECRYPTABLE) > 0) {
      text.append(
          "%nFormer keys are given by --payload-key ID=env:NAME or ID=file:/path.".formatted());
    }
    return text.toString();
  }

  private static String line(Map.Entry<Outcome, OutcomeCounts.Line> line) {
    OutcomeCounts.Line numbers = line.getValue();
    String examples =
        numbers.examples().keySet().stream()
            .map(Coordinates::toString)
            .collect(Collectors.joining(" "));
    String detail = numbers.examples().firstEntry().getValue();
    return "%-56s %,12d %,12d  %s%n"
            .formatted(words(line.getKey()), numbers.records(), numbers.produced(), examples)
        + (detail.isEmpty() ? "" : "    %s%n".formatted(detail));
  }

  private static String words(Outcome outcome) {
    String kind = outcome.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return outcome.what().isEmpty() ? kind : kind + ": " + outcome.what();
  }
}
