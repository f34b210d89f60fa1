package io.clickledger.lake.landed;

import io.clickledger.lake.commit.Position;
import io.clickledger.schemas.TableName;
import java.util.Collections;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Up to where each table's landings are recorded: the newest landing commit that is. Written as
 * {@code raw.clicks:12,raw.rejected_clicks:34}, tables in order.
 */
record RecordedEnd(SortedMap<TableName, Long> snapshotIds) implements Position {
  static final RecordedEnd NOTHING = new RecordedEnd(new TreeMap<>());

  RecordedEnd {
    snapshotIds = Collections.unmodifiableSortedMap(new TreeMap<>(snapshotIds));
  }

  static RecordedEnd parse(String text) {
    SortedMap<TableName, Long> snapshotIds = new TreeMap<>();
    try {
      for (String entry : text.isEmpty() ? new String[0] : text.split(",", -1)) {
        int colon = entry.indexOf(':');
        snapshotIds.put(
            TableName.of(entry.substring(0, colon)), Long.valueOf(entry.substring(colon + 1)));
      }
      return new RecordedEnd(snapshotIds);
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "what is recorded is said as table:snapshot,..., was " + text, e);
    }
  }

  /** The newest recorded landing commit of the table; empty where none is. */
  OptionalLong of(TableName table) {
    Long snapshotId = snapshotIds.get(table);
    return snapshotId == null ? OptionalLong.empty() : OptionalLong.of(snapshotId);
  }

  @Override
  public String toString() {
    return snapshotIds.entrySet().stream()
        .map(entry -> entry.getKey() + ":" + entry.getValue())
        .collect(Collectors.joining(","));
  }
}
