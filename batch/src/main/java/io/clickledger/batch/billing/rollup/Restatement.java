package io.clickledger.batch.billing.rollup;

import io.clickledger.schemas.ClickMeasures;
import java.time.LocalDate;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * How a day that was final changed.
 *
 * @param revision what the day's revision becomes, 1 or more
 * @param causes why it changed
 * @param unexplained in how many grains it changed with no cause
 * @param lateClicks how many of its clicks landed since it was published last
 * @param clicks change of each measure that counts clicks, by the measure's name
 * @param costMicros change of cost_micros, by currency; the empty text stands for none
 */
public record Restatement(
    LocalDate day,
    int revision,
    SortedSet<Cause> causes,
    long unexplained,
    long lateClicks,
    SortedMap<String, Long> clicks,
    SortedMap<String, Long> costMicros) {

  /** Why a published day changes. */
  public enum Cause {
    /** Clicks of the day landed since. */
    LATE_CLICKS,
    /** Another version of the fraud rules. */
    RULES,
    /** The ad or the publisher has another history. */
    METADATA,
    /**
     * The model of behaviour judged the day as it is now: valid clicks became sophisticated invalid
     * ones, or the other way round.
     */
    MODEL,
    /** Velocity and repeat rules see clicks for another time. */
    SETTINGS,
    /** Another version of the program. */
    CODE
  }

  public Restatement {
    causes = new TreeSet<>(causes);
    clicks = new TreeMap<>(clicks);
    costMicros = new TreeMap<>(costMicros);
  }

  /** By how many clicks the day grew; negative where it lost some. */
  public long grossClicks() {
    return clicks.getOrDefault(ClickMeasures.GROSS_CLICKS, 0L);
  }

  /** For the operator: the day, the revision, what moved and why. */
  @Override
  public String toString() {
    return "%s (revision %d): %s; %s; because of %s"
        .formatted(day, revision, text(clicks), text(costMicros, "cost_micros "), causes);
  }

  private static String text(Map<String, Long> changes) {
    return text(changes, "");
  }

  private static String text(Map<String, Long> changes, String prefix) {
    String text =
        changes.entrySet().stream()
            .filter(change -> change.getValue() != 0)
            .map(change -> "%s%s %+d".formatted(prefix, change.getKey(), change.getValue()))
            .collect(Collectors.joining(", "));
    return text.isEmpty() ? prefix + "unchanged" : text;
  }
}
