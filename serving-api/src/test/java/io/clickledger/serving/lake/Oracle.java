package io.clickledger.serving.lake;

import io.clickledger.schemas.ClickDimensions;
import io.clickledger.serving.lake.CountedClick.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a report must say, counted click by click, by no code of the API.
 *
 * @param restated UTC days that were judged again, all of which has revision 1 or more
 * @param late final clicks that were added to their day, so that only what they are in is restated
 */
public record Oracle(
    List<CountedClick> finalClicks,
    List<CountedClick> liveClicks,
    Instant through,
    Set<LocalDate> restated,
    List<CountedClick> late) {

  /** A report asked for, in the words of its parameters. */
  public record Question(
      Instant from,
      Instant to,
      String granularity,
      String zone,
      List<String> groupBy,
      Map<String, List<String>> filters) {}

  /** Rows by their start and dimensions: fields of the answer, and users by name. */
  public Map<List<String>, Expected> rows(Question question) {
    boolean isLive = question.granularity().equals("minute");
    Map<List<String>, Expected> rows = new HashMap<>();
    if (!isLive) {
      finalClicks.stream()
          .filter(click -> click.at().isBefore(through) && wanted(click, question))
          .forEach(click -> add(click, question, rows).isRestated |= isRestated(click));
    }
    liveClicks.stream()
        .filter(click -> isLive || !click.at().isBefore(through))
        .filter(click -> wanted(click, question))
        .forEach(click -> add(click, question, rows));
    return rows;
  }

  /** Clicks of live before the seam that landed after the billing run had read. */
  public long pendingLateClicks(Instant landedThrough) {
    return liveClicks.stream()
        .filter(click -> click.at().isBefore(through) && click.landedAt().isAfter(landedThrough))
        .count();
  }

  public Instant landedThrough() {
    return liveClicks.stream().map(CountedClick::landedAt).max(Instant::compareTo).orElseThrow();
  }

  private boolean isRestated(CountedClick click) {
    return late.contains(click)
        || restated.contains(click.at().atOffset(ZoneOffset.UTC).toLocalDate());
  }

  private static boolean wanted(CountedClick click, Question question) {
    return !click.at().isBefore(question.from())
        && click.at().isBefore(question.to())
        && question.filters().entrySet().stream()
            .allMatch(
                filter -> {
                  boolean isExcluded = filter.getKey().startsWith("not_");
                  String column = filter.getKey().replaceFirst("^not_", "");
                  String value = click.values().get(ClickDimensions.ALL.indexOf(column));
                  return isExcluded != filter.getValue().contains(value == null ? "" : value);
                });
  }

  private Expected add(CountedClick click, Question question, Map<List<String>, Expected> rows) {
    ZoneId zone = ZoneId.of(question.zone());
    Instant start = start(click.at(), question, zone);
    List<String> key = new ArrayList<>();
    key.add(DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(start.atZone(zone)));
    question
        .groupBy()
        .forEach(name -> key.add(click.values().get(ClickDimensions.ALL.indexOf(name))));
    Expected row = rows.computeIfAbsent(key, fresh -> new Expected());
    row.add(click);
    Instant end = end(start, question, zone);
    boolean isLive = question.granularity().equals("minute");
    row.basis =
        isLive || !start.isBefore(through) ? "live" : end.isAfter(through) ? "mixed" : "final";
    return row;
  }

  /** Start of the click's period: walked back to, a quarter hour at a time. */
  private static Instant start(Instant at, Question question, ZoneId zone) {
    return switch (question.granularity()) {
      case "total" -> question.from();
      case "minute" -> Instant.ofEpochSecond(at.getEpochSecond() / 60 * 60);
      case "day" ->
          later(question.from(), at.atZone(zone).toLocalDate().atStartOfDay(zone).toInstant());
      default -> {
        Instant start = Instant.ofEpochSecond(at.getEpochSecond() / 900 * 900);
        Instant before = start.minus(Duration.ofMinutes(15));
        while (!before.isBefore(question.from()) && isSameHour(before, at, zone)) {
          start = before;
          before = start.minus(Duration.ofMinutes(15));
        }
        yield later(question.from(), start);
      }
    };
  }

  private static Instant end(Instant start, Question question, ZoneId zone) {
    if (question.granularity().equals("total")) {
      return question.to();
    }
    Instant end = start;
    LocalDate day = start.atZone(zone).toLocalDate();
    do {
      end = end.plus(Duration.ofMinutes(15));
    } while (end.isBefore(question.to())
        && (question.granularity().equals("day")
            ? end.atZone(zone).toLocalDate().equals(day)
            : isSameHour(start, end, zone)));
    return end;
  }

  private static boolean isSameHour(Instant one, Instant other, ZoneId zone) {
    ZonedDateTime a = one.atZone(zone);
    ZonedDateTime b = other.atZone(zone);
    return a.toLocalDate().equals(b.toLocalDate())
        && a.getHour() == b.getHour()
        && a.getOffset().equals(b.getOffset());
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /** One row. */
  public static final class Expected {
    private final Map<String, Long> measures = new HashMap<>();
    private final Set<String> users = new HashSet<>();
    private String basis;
    private boolean isRestated;

    private void add(CountedClick click) {
      for (Kind kind : Kind.values()) {
        measures.merge(
            kind.name().toLowerCase(java.util.Locale.ROOT) + "_clicks",
            click.kind() == kind ? 1L : 0,
            Long::sum);
      }
      measures.merge("gross_clicks", 1L, Long::sum);
      measures.merge("cost_micros", click.cost(), Long::sum);
      if (click.kind() == Kind.VALID && click.user() != null) {
        users.add(click.user());
      }
    }

    public Map<String, Long> measures() {
      return measures;
    }

    public int users() {
      return users.size();
    }

    public String basis() {
      return basis;
    }

    public String finality() {
      if (!basis.equals("final")) {
        return "provisional";
      }
      return isRestated ? "restated" : "final";
    }
  }
}
