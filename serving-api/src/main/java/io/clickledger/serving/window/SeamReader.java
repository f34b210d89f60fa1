package io.clickledger.serving.window;

import io.clickledger.serving.pins.FinalTable;
import io.clickledger.serving.pins.LateClicks;
import io.clickledger.serving.pins.Pin;
import io.clickledger.serving.pins.Publication;
import io.clickledger.serving.trino.RowFilter;
import io.clickledger.serving.trino.SqlFile;
import io.clickledger.serving.trino.Trino;
import io.clickledger.serving.trino.TrinoQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Asks Trino for rows at a pin's snapshots, and reads them on the caller's thread, which numbers
 * their combinations. Not for threads of requests.
 */
record SeamReader(Trino trino) {

  private static final SqlFile SEAM = SqlFile.named("seam");
  private static final SqlFile COUNTS = SqlFile.named("window_counts");
  private static final SqlFile ROWS = SqlFile.named("window_rows");
  private static final SqlFile INCREMENT = SqlFile.named("window_increment");
  private static final SqlFile HISTORY = SqlFile.named("window_history");
  private static final SqlFile RESTATEMENTS = SqlFile.named("window_restatements");
  private static final SqlFile PENDING = SqlFile.named("window_pending");

  // Columns of the files: time (or day), then the dimensions.
  private static final int FIRST_DIMENSION = 2;
  private static final int FIRST_SUM = FIRST_DIMENSION + Combinations.DIMENSIONS;
  private static final int REVISION = FIRST_SUM + Row.SUMS;
  private static final int LAST = REVISION + 1;

  /** Rows of one side of the seam, from the one time on and before the other. */
  enum Side {
    FINAL,
    LIVE
  }

  /** Rows and sums of a UTC day. */
  record DayCount(long rows, long grossClicks, long costMicros) {}

  /** A snapshot of live. */
  record Commit(long parentId, String operation, long addedRows) {}

  SortedMap<LocalDate, DayCount> counts(Pin pin, Side side, Instant from, Instant to) {
    return trino.askHere(query(COUNTS, pin, side, from, to, Map.of()), SeamReader::counts);
  }

  private static SortedMap<LocalDate, DayCount> counts(ResultSet found) throws SQLException {
    SortedMap<LocalDate, DayCount> counts = new TreeMap<>();
    while (found.next()) {
      counts.put(
          LocalDate.ofEpochDay(found.getLong(1)),
          new DayCount(found.getLong(2), found.getLong(3), found.getLong(4)));
    }
    return counts;
  }

  /** Calls for each row, which is the same object each time. */
  void rows(
      Pin pin,
      Side side,
      Instant from,
      Instant to,
      int seconds,
      Combinations combinations,
      Consumer<Row> reader) {
    TrinoQuery query = query(ROWS, pin, side, from, to, Map.of("seconds", String.valueOf(seconds)));
    trino.askHere(
        query,
        found -> {
          Row row = new Row();
          while (found.next()) {
            read(found, combinations, row);
            row.users = users(found);
            reader.accept(row);
          }
          return null;
        });
  }

  private static UserSet users(ResultSet found) throws SQLException {
    UserSet users = null;
    if (found.getArray(LAST) != null) {
      for (Object image : (Object[]) found.getArray(LAST).getArray()) {
        users = Segment.Writer.plus(users, UserSet.of((byte[]) image));
      }
    }
    return users;
  }

  /** Reads a row and when it landed. */
  @FunctionalInterface
  interface PartialReader {
    void read(Row row, Instant landedAt);
  }

  void increment(Pin pin, Instant landedThrough, Combinations combinations, PartialReader reader) {
    TrinoQuery query =
        new TrinoQuery(
            INCREMENT.name(),
            INCREMENT.text(Map.of("live_version", TrinoQuery.asOf(pin.liveSnapshotId()))),
            List.of(landedThrough));
    trino.askHere(
        query,
        found -> {
          Row row = new Row();
          while (found.next()) {
            read(found, combinations, row);
            byte[] image = found.getBytes(LAST);
            row.users = image == null ? null : UserSet.of(image);
            reader.read(row, Instant.parse(found.getString(LAST + 1)));
          }
          return null;
        });
  }

  private static void read(ResultSet found, Combinations combinations, Row row)
      throws SQLException {
    row.time = (int) found.getLong(1);
    readBody(found, combinations, row);
  }

  private static void readBody(ResultSet found, Combinations combinations, Row row)
      throws SQLException {
    row.combination = combination(found, combinations, FIRST_DIMENSION);
    for (int i = 0; i < Row.SUMS; i++) {
      row.sums[i] = found.getLong(FIRST_SUM + i);
    }
    row.revision = found.getInt(REVISION);
  }

  private static int combination(ResultSet found, Combinations combinations, int firstColumn)
      throws SQLException {
    String[] values = new String[Combinations.DIMENSIONS];
    for (int i = 0; i < values.length; i++) {
      values[i] = found.getString(firstColumn + i);
    }
    return combinations.numberOf(values);
  }

  /** The snapshots of live that are kept, by their ids. */
  Map<Long, Commit> history() {
    return trino.askHere(
        new TrinoQuery(HISTORY.name(), HISTORY.text(Map.of()), List.of()),
        found -> {
          Map<Long, Commit> commits = new HashMap<>();
          while (found.next()) {
            commits.put(
                found.getLong(1),
                new Commit(found.getLong(2), found.getString(3), found.getLong(4)));
          }
          return commits;
        });
  }

  Restatements restatements(
      Publication publication, LocalDate first, LocalDate end, Combinations combinations) {
    TrinoQuery query =
        new TrinoQuery(
            RESTATEMENTS.name(),
            RESTATEMENTS.text(
                Map.of("version", TrinoQuery.asOf(publication.restatementsSnapshotId()))),
            List.of(first.toString(), end.toString()));
    return trino.askHere(
        query,
        found -> {
          SortedMap<LocalDate, Restatements.Day> days = new TreeMap<>();
          Row row = new Row();
          while (found.next()) {
            LocalDate day = LocalDate.parse(found.getString(1));
            readBody(found, combinations, row);
            String causes = found.getString(LAST);
            days.computeIfAbsent(day, date -> new Restatements.Day(row.revision, new ArrayList<>()))
                .changes()
                .add(
                    new Restatements.Change(
                        row.combination,
                        causes.isEmpty() ? List.of() : Arrays.asList(causes.split(",")),
                        row.sums.clone()));
          }
          return new Restatements(days);
        });
  }

  /** The late clicks that wait for the next billing run, of the pin's live and publication. */
  PendingClicks pending(Pin pin, Combinations combinations) {
    if (pin.publication().isEmpty()) {
      return PendingClicks.NONE;
    }
    Map<Integer, Long> late = new HashMap<>();
    TrinoQuery query =
        new TrinoQuery(
            PENDING.name(),
            PENDING.text(Map.of("pending", LateClicks.text(pin.liveSnapshotId(), RowFilter.ALL))),
            LateClicks.parameters(pin.publication(), RowFilter.ALL));
    trino.askHere(
        query,
        found -> {
          while (found.next()) {
            late.merge(
                combination(found, combinations, 1),
                found.getLong(1 + Combinations.DIMENSIONS),
                Math::addExact);
          }
          return null;
        });
    return PendingClicks.NONE.plus(late, combinations);
  }

  private static TrinoQuery query(
      SqlFile file, Pin pin, Side side, Instant from, Instant to, Map<String, String> names) {
    // A side whose range is empty is not read, so it needs no pin.
    boolean isFinal = side == Side.FINAL;
    FinalTable table = FinalTable.QUARTER_HOUR;
    String finalVersion =
        isFinal ? TrinoQuery.asOf(pin.publication().orElseThrow().snapshotIds().get(table)) : "";
    Map<String, String> all = new HashMap<>(names);
    all.put(
        "seam",
        SEAM.text(
            Map.of(
                "final_table", table.table().toString(),
                "final_column", table.column(),
                "final_type", table.type(),
                "final_version", finalVersion,
                "live_version", isFinal ? "" : TrinoQuery.asOf(pin.liveSnapshotId()))));
    Instant seam = isFinal ? to : from;
    return new TrinoQuery(file.name(), file.text(all), List.of(from, seam, seam, to));
  }
}
