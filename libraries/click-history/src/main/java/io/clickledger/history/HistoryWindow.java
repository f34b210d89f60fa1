package io.clickledger.history;

import java.time.Instant;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The earlier clicks that the next ones fed to {@link Histories} can see, in the order of landing.
 */
public interface HistoryWindow {
  HistoryWindow EMPTY = new EmptyWindow();

  /** The instant from which on clicks are seen; a slice begins then. */
  Instant from();

  /** The newest landing. */
  Instant through();

  /** How many clicks each landing before the instant has; landings without any may be left out. */
  Map<Instant, Long> rowsByLanding(Instant before);

  /** What landed from that instant on. */
  HistoryWindow since(Instant instant);

  /** How many pieces it has. */
  int size();

  /** About how many clicks it has. */
  long rows();

  /** Hands the pieces over, each until the listener is done with it. */
  void forEach(Listener listener);

  /** Takes the pieces of a window. */
  interface Listener {
    /**
     * @param clicks rows of raw.clicks
     * @param to what comes after them landed then at the earliest
     */
    void take(Dataset<Row> clicks, Instant to);
  }

  final class EmptyWindow implements HistoryWindow {
    @Override
    public Instant from() {
      return Instant.EPOCH;
    }

    @Override
    public Instant through() {
      return Instant.EPOCH;
    }

    @Override
    public Map<Instant, Long> rowsByLanding(Instant before) {
      return Map.of();
    }

    @Override
    public HistoryWindow since(Instant instant) {
      return this;
    }

    @Override
    public int size() {
      return 0;
    }

    @Override
    public long rows() {
      return 0;
    }

    @Override
    public void forEach(Listener listener) {}
  }
}
