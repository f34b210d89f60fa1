package io.clickledger.streaming.replay.decision;

import java.io.Serializable;
import java.util.Comparator;

/** Where a rejected record stands in the topic: all that a report shows of it. */
public record Coordinates(int partition, long offset)
    implements Comparable<Coordinates>, Serializable {
  private static final Comparator<Coordinates> ORDER =
      Comparator.comparingInt(Coordinates::partition).thenComparingLong(Coordinates::offset);

  @Override
  public int compareTo(Coordinates other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return partition + ":" + offset;
  }
}
