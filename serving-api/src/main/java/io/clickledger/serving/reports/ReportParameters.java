package io.clickledger.serving.reports;

import io.clickledger.http.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads a report's query from request parameters, and names all that is wrong with them. */
public final class ReportParameters {

  static final String FROM = "from";
  static final String TO = "to";
  static final String GRANULARITY = "granularity";
  static final String TIME_ZONE = "time_zone";
  static final String GROUP_BY = "group_by";
  static final String MEASURES = "measures";
  static final String ORDER_BY = "order_by";
  static final String LIMIT = "limit";
  static final String FORMAT = "format";
  static final String NAMES = "names";

  private static final int MOST_FILTER_VALUES = 200;
  private static final int LONGEST_FILTER_VALUE = 256;

  /** Before it a zone (Casey) changed its clocks a minute past midnight, within a quarter hour. */
  static final Instant EARLIEST = Instant.parse("2023-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");
  private static final Set<String> ZONES = new LinkedHashSet<>(ZoneId.getAvailableZoneIds());

  private final Map<String, List<String>> given;
  private final ReportSettings settings;
  private final Instant now;
  private final List<BadParameter> bad = new ArrayList<>();

  private ReportParameters(Map<String, List<String>> given, ReportSettings settings, Instant now) {
    this.given = given;
    this.settings = settings;
    this.now = now;
  }

  /**
   * @throws ProblemException 400 naming every bad parameter, its value and what is allowed
   */
  public static ReportQuery parse(
      Map<String, List<String>> given, ReportSettings settings, Instant now) {
    return new ReportParameters(given, settings, now).parse();
  }

  /** Whether names stand beside ids; of parameters that {@link #parse} took. */
  static boolean wantsNames(Map<String, List<String>> given) {
    return given.getOrDefault(NAMES, List.of()).contains("true");
  }

  private ReportQuery parse() {
    refuseUnknown();
    Optional<ZoneId> zone = zone();
    Granularity granularity =
        choice(GRANULARITY, Granularity.values(), Granularity::word).orElse(Granularity.TOTAL);
    Set<Measure> measures = measures();
    List<Dimension> groupBy = groupBy(measures);
    List<Order> orderBy = orderBy(groupBy, measures);
    Map<Dimension, Set<String>> filters = filters();
    OptionalInt limit = limit();
    choice(FORMAT, ReportFormat.values(), ReportFormat::word);
    choice(NAMES, new Boolean[] {true, false}, String::valueOf);
    Optional<Instant> from = time(FROM, zone, granularity);
    Optional<Instant> to = time(TO, zone, granularity);
    if (from.isPresent() && to.isPresent()) {
      checkRange(from.get(), to.get(), granularity);
    }
    if (!bad.isEmpty()) {
      throw BadParameter.refused(bad);
    }
    return new ReportQuery(
        from.orElseThrow(),
        to.orElseThrow(),
        granularity,
        zone.orElseThrow(),
        groupBy,
        filters,
        measures,
        orderBy,
        limit);
  }

  private void refuseUnknown() {
    List<String> known =
        Stream.concat(
                Stream.of(
                    FROM,
                    TO,
                    GRANULARITY,
                    TIME_ZONE,
                    GROUP_BY,
                    MEASURES,
                    ORDER_BY,
                    LIMIT,
                    FORMAT,
                    NAMES),
                words(Dimension.values(), Dimension::column).stream())
            .toList();
    given.forEach(
        (name, values) -> {
          if (!known.contains(name)) {
            bad.add(
                new BadParameter(
                    name,
                    String.join(", ", values),
                    "%s is no parameter of this report; allowed: %s"
                        .formatted(name, String.join(", ", known)),
                    String.join(", ", known)));
          }
        });
  }

  private Optional<ZoneId> zone() {
    Optional<String> name = single(TIME_ZONE);
    if (name.isEmpty()) {
      return Optional.of(ZoneOffset.UTC);
    }
    if (ZONES.contains(name.get())) {
      return Optional.of(ZoneId.of(name.get()));
    }
    String meant =
        ZONES.stream()
            .filter(zone -> !name.get().isEmpty() && isLike(zone, name.get()))
            .sorted()
            .findFirst()
            .map(zone -> " (did you mean " + zone + "?)")
            .orElse("");
    bad.add(
        BadParameter.of(TIME_ZONE, name.get(), "an IANA time zone such as Europe/Berlin" + meant));
    return Optional.empty();
  }

  private static boolean isLike(String zone, String given) {
    String wanted = given.replace(' ', '_');
    return zone.equalsIgnoreCase(wanted)
        || zone.regionMatches(
            true, zone.lastIndexOf('/') + 1, wanted, 0, zone.length() - zone.lastIndexOf('/') - 1);
  }

  private Optional<Instant> time(String name, Optional<ZoneId> zone, Granularity granularity) {
    List<String> values = given.getOrDefault(name, List.of());
    if (values.isEmpty()) {
      bad.add(BadParameter.missing(name, TimeParameter.ALLOWED));
      return Optional.empty();
    }
    return single(name).flatMap(text -> time(name, text, zone, granularity));
  }

  private Optional<Instant> time(
      String name, String text, Optional<ZoneId> zone, Granularity granularity) {
    Instant time;
    try {
      time = TimeParameter.parse(text, zone.orElse(ZoneOffset.UTC));
    } catch (IllegalArgumentException e) {
      bad.add(BadParameter.of(name, text, e.getMessage()));
      return Optional.empty();
    }
    if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
      bad.add(BadParameter.of(name, text, "from " + EARLIEST + " to " + LATEST));
      return Optional.empty();
    }
    long wholeSeconds = granularity == Granularity.MINUTE ? 60 : 15 * 60;
    if (zone.isPresent() && (time.getEpochSecond() % wholeSeconds != 0 || time.getNano() != 0)) {
      bad.add(
          BadParameter.of(
              name,
              text,
              granularity == Granularity.MINUTE
                  ? "a whole minute"
                  : "a whole quarter of an hour (only granularity=minute takes whole minutes)"));
      return Optional.empty();
    }
    return Optional.of(time);
  }

  private void checkRange(Instant from, Instant to, Granularity granularity) {
    if (!from.isBefore(to)) {
      bad.add(BadParameter.of(TO, given.get(TO).get(0), "after from, which is " + from));
      return;
    }
    Instant earliestLive = now.minus(settings.liveKept()).truncatedTo(ChronoUnit.MINUTES);
    if (granularity == Granularity.MINUTE && from.isBefore(earliestLive)) {
      bad.add(
          BadParameter.of(
              FROM,
              given.get(FROM).get(0),
              "at or after %s for granularity=minute, which reaches back %d days"
                  .formatted(earliestLive, settings.liveKept().toDays())));
    }
    long periods = Periods.estimate(from, to, granularity);
    if (periods > settings.maxPeriods()) {
      bad.add(
          new BadParameter(
              GRANULARITY,
              granularity.word(),
              "granularity=%s gives %d periods in %s; at most %d are allowed: ask for a shorter range or a coarser granularity"
                  .formatted(
                      granularity.word(),
                      periods,
                      Duration.between(from, to),
                      settings.maxPeriods()),
              "at most " + settings.maxPeriods() + " periods"));
    }
  }

  private Set<Measure> measures() {
    Set<Measure> all = EnumSet.complementOf(EnumSet.of(Measure.UNIQUE_USERS));
    List<Measure> chosen = choices(MEASURES, Measure.values(), Measure::column);
    return chosen.isEmpty() ? all : EnumSet.copyOf(chosen);
  }

  /** Cost of two currencies makes no sum, so where cost is asked for, currency is too. */
  private List<Dimension> groupBy(Set<Measure> measures) {
    Set<Dimension> chosen =
        new LinkedHashSet<>(choices(GROUP_BY, Dimension.values(), Dimension::column));
    if (measures.contains(Measure.COST_MICROS)) {
      chosen.add(Dimension.CURRENCY);
    }
    return List.copyOf(chosen);
  }

  private List<Order> orderBy(List<Dimension> groupBy, Set<Measure> measures) {
    List<String> allowed = new ArrayList<>(List.of(Order.START));
    groupBy.forEach(dimension -> allowed.add(dimension.column()));
    measures.stream().filter(Measure::isSum).forEach(measure -> allowed.add(measure.column()));
    List<Order> orders = new ArrayList<>();
    for (String word : split(ORDER_BY)) {
      boolean isDescending = word.startsWith("-");
      String column = isDescending ? word.substring(1) : word;
      if (allowed.contains(column)) {
        orders.add(
            new Order(
                column, isDescending ? Order.Direction.DESCENDING : Order.Direction.ASCENDING));
      } else {
        bad.add(
            BadParameter.of(
                ORDER_BY,
                word,
                "one of %s, with - before it for the greatest first"
                    .formatted(String.join(", ", allowed))));
      }
    }
    return orders;
  }

  private Map<Dimension, Set<String>> filters() {
    Map<Dimension, Set<String>> filters = new EnumMap<>(Dimension.class);
    for (Dimension dimension : Dimension.values()) {
      List<String> values = given.getOrDefault(dimension.column(), List.of());
      if (values.size() > MOST_FILTER_VALUES) {
        bad.add(
            BadParameter.of(
                dimension.column(),
                values.size() + " values",
                "given at most " + MOST_FILTER_VALUES + " times"));
      }
      values.stream()
          .filter(value -> value.length() > LONGEST_FILTER_VALUE)
          .forEach(
              value ->
                  bad.add(
                      BadParameter.of(
                          dimension.column(),
                          value,
                          "at most " + LONGEST_FILTER_VALUE + " characters")));
      if (!values.isEmpty()) {
        // Sorted, so that the same filter written in another order is the same query.
        filters.put(dimension, Collections.unmodifiableSet(new TreeSet<>(values)));
      }
    }
    return filters;
  }

  private OptionalInt limit() {
    Optional<String> text = single(LIMIT);
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    try {
      int limit = Integer.parseInt(text.get());
      if (limit >= 1 && limit <= settings.maxRows()) {
        return OptionalInt.of(limit);
      }
    } catch (NumberFormatException e) {
      // Told below, as a number out of range is.
    }
    bad.add(BadParameter.of(LIMIT, text.get(), "a number 1.." + settings.maxRows()));
    return OptionalInt.empty();
  }

  private <E> Optional<E> choice(String name, E[] values, Function<E, String> word) {
    return single(name).flatMap(text -> chosen(name, text, values, word));
  }

  private <E> List<E> choices(String name, E[] values, Function<E, String> word) {
    return split(name).stream()
        .flatMap(text -> chosen(name, text, values, word).stream())
        .distinct()
        .toList();
  }

  private <E> Optional<E> chosen(String name, String text, E[] values, Function<E, String> word) {
    Optional<E> found =
        Arrays.stream(values).filter(value -> word.apply(value).equals(text)).findFirst();
    if (found.isEmpty()) {
      bad.add(BadParameter.of(name, text, "one of " + String.join(", ", words(values, word))));
    }
    return found;
  }

  private static <E> List<String> words(E[] values, Function<E, String> word) {
    return Arrays.stream(values).map(word).toList();
  }

  /** A list may be given as repeated parameters, with commas, or both. */
  private List<String> split(String name) {
    return given.getOrDefault(name, List.of()).stream()
        .flatMap(value -> Arrays.stream(value.split(",", -1)))
        .map(String::strip)
        .toList();
  }

  private Optional<String> single(String name) {
    List<String> values = given.getOrDefault(name, List.of());
    if (values.size() > 1) {
      bad.add(BadParameter.of(name, String.join(", ", values), "given once"));
      return Optional.empty();
    }
    return values.stream().findFirst();
  }
}
