package io.clickledger.serving.window;

import io.clickledger.serving.reports.query.Measure;
import io.clickledger.serving.reports.query.Periods;
import io.clickledger.serving.reports.query.ReportQuery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/** Counts a report's rows from segments: group by group, so that only one group's sums are kept. */
final class Scan {

  /** The sums of a period, then how many rows it has, then their greatest revision. */
  private static final int CELLS = Row.SUMS + 2;

  private static final int ROWS = Row.SUMS;
  private static final int REVISION = Row.SUMS + 1;

  /** Segments of one table and the times of them that count. */
  record Part(List<Segment> segments, int fromTime, int toTime) {}

  private final ReportQuery query;
  private final Selection selection;
  private final List<Part> parts;
  private final int[] starts;
  private final long[] cells;
  private final int[] touched;
  private final Row row = new Row();
  private final Deadline deadline;

  private int touchedCount;

  /**
   * @param seconds the unit of time of the segments
   */
  Scan(ReportQuery query, Selection selection, List<Part> parts, int seconds, Deadline deadline) {
    this.deadline = deadline;
    this.query = query;
    this.selection = selection;
    this.parts =
        parts.stream()
            .map(
                part ->
                    new Part(
                        part.segments().stream()
                            .filter(segment -> segment.overlaps(part.fromTime(), part.toTime()))
                            .toList(),
                        part.fromTime(),
                        part.toTime()))
            .toList();
    Periods periods = query.periods();
    this.starts =
        periods.starts().stream()
            .mapToInt(start -> (int) (start.getEpochSecond() / seconds))
            .toArray();
    this.cells = new long[starts.length * CELLS];
    this.touched = new int[starts.length];
  }

  /** A row and the combinations that it was counted from. */
  private record Candidate(CountedRow row, int[] combinations) {}

  /** At most that many rows: the first ones in the query's order if it has a limit. */
  CountedRows rows(int most) {
    Comparator<Candidate> order = Comparator.comparing(Candidate::row, RowOrder.of(query));
    PriorityQueue<Candidate> first = new PriorityQueue<>(order.reversed());
    boolean isTruncated = false;
    for (int[] group : selection.groups()) {
      sum(group);
      isTruncated |= emit(group, order, first, most);
      if (isTruncated && query.limit().isEmpty()) {
        return new CountedRows(List.of(), true);
      }
    }
    List<Candidate> sorted = new ArrayList<>(first);
    sorted.sort(order);
    return new CountedRows(
        query.measures().contains(Measure.UNIQUE_USERS)
            ? withUniqueUsers(sorted)
            : sorted.stream().map(Candidate::row).toList(),
        isTruncated);
  }

  private void sum(int[] group) {
    for (Part part : parts) {
      for (Segment segment : part.segments()) {
        for (int combination : group) {
          deadline.check();
          if (segment.open(combination, row)) {
            sum(part);
          }
        }
      }
    }
  }

  private void sum(Part part) {
    int place = 0;
    while (row.next()) {
      if (row.time >= part.toTime()) {
        return;
      }
      if (row.time >= part.fromTime()) {
        place = place(row.time, place);
        int at = place * CELLS;
        for (int i = 0; i < Row.SUMS; i++) {
          cells[at + i] = Math.addExact(cells[at + i], row.sums[i]);
        }
        if (cells[at + ROWS]++ == 0) {
          touched[touchedCount++] = place;
        }
        cells[at + REVISION] = Math.max(cells[at + REVISION], row.revision);
      }
    }
  }

  /** The period of a time; rows come in order of time, so it is mostly that of the row before. */
  private int place(int time, int before) {
    if (before + 1 == starts.length || time < starts[before + 1]) {
      return before;
    }
    int found = Arrays.binarySearch(starts, time);
    return found >= 0 ? found : -found - 2;
  }

  /** Makes rows of the sums and clears them; true where rows were left off. */
  private boolean emit(
      int[] group, Comparator<Candidate> order, PriorityQueue<Candidate> first, int most) {
    boolean isTruncated = false;
    List<String> values =
        touchedCount == 0
            ? List.of()
            : Collections.unmodifiableList(Arrays.asList(selection.values(group[0])));
    for (int i = 0; i < touchedCount; i++) {
      int at = touched[i] * CELLS;
      List<Long> measures = new ArrayList<>();
      for (Measure sum : query.sums()) {
        measures.add(cells[at + sum.ordinal()]);
      }
      Candidate candidate =
          new Candidate(
              new CountedRow(touched[i], values, measures, (int) cells[at + REVISION]), group);
      Arrays.fill(cells, at, at + CELLS, 0);
      if (first.size() < most) {
        first.add(candidate);
      } else {
        isTruncated = true;
        if (order.compare(candidate, first.peek()) < 0) {
          first.poll();
          first.add(candidate);
        }
      }
    }
    touchedCount = 0;
    return isTruncated;
  }

  private List<CountedRow> withUniqueUsers(List<Candidate> candidates) {
    Map<int[], Map<Integer, UserUnion>> users = new LinkedHashMap<>();
    for (Candidate candidate : candidates) {
      users
          .computeIfAbsent(candidate.combinations(), group -> new HashMap<>())
          .put(candidate.row().place(), new UserUnion());
    }
    users.forEach(this::addUsers);
    return candidates.stream()
        .map(
            candidate -> {
              CountedRow counted = candidate.row();
              List<Long> measures = new ArrayList<>(counted.measures());
              // UNIQUE_USERS is the last of Measure, and measures are in that order.
              measures.add(users.get(candidate.combinations()).get(counted.place()).estimate());
              return new CountedRow(
                  counted.place(), counted.values(), measures, counted.revision());
            })
        .toList();
  }

  private void addUsers(int[] group, Map<Integer, UserUnion> byPlace) {
    for (Part part : parts) {
      for (Segment segment : part.segments()) {
        for (int combination : group) {
          deadline.check();
          int place = 0;
          boolean isThere = segment.open(combination, row);
          while (isThere && row.next() && row.time < part.toTime()) {
            if (row.time >= part.fromTime() && row.hasUsers()) {
              place = place(row.time, place);
              UserUnion union = byPlace.get(place);
              if (union != null) {
                row.addUsersTo(union);
              }
            }
          }
        }
      }
    }
  }
}
