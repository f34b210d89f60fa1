package io.clickledger.serving.reports.query;

import io.clickledger.http.ProblemException;
import io.clickledger.serving.parameters.BadParameter;
import io.clickledger.serving.parameters.GivenParameters;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads a report's query from request parameters, and names all that is wrong with them. */
public final class ReportParameters {

  public static final String FROM = "from";
  public static final String TO = "to";
  public static final String GRANULARITY = "granularity";
  public static final String TIME_ZONE = "time_zone";
  public static final String GROUP_BY = "group_by";
  public static final String MEASURES = "measures";
  public static final String ORDER_BY = "order_by";
  public static final String LIMIT = "limit";
  public static final String FORMAT = "format";
  static final String NAMES = "names";
  public static final String TOTALS = "totals";

  private static final List<String> KNOWN =
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
                  NAMES,
                  TOTALS),
              Arrays.stream(Dimension.values())
                  .flatMap(dimension -> Stream.of(dimension.column(), dimension.exclusion())))
          .toList();
  private static final Set<String> ZONES = new LinkedHashSet<>(ZoneId.getAvailableZoneIds());

  private final GivenParameters given;
  private final ReportSettings settings;
  private final Instant now;
  private final Scope scope;

  private ReportParameters(
      GivenParameters given, ReportSettings settings, Instant now, Scope scope) {
    this.given = given;
    this.settings = settings;
    this.now = now;
    this.scope = scope;
  }

  /**
   * @param scope of whoever asks
   * @throws ProblemException 400 naming every bad parameter, its value and what is allowed; 403
   *     where the scope has not what is asked for
   */
  public static ReportQuery parse(
      Map<String, List<String>> given, ReportSettings settings, Instant now, Scope scope) {
    return new ReportParameters(new GivenParameters(given, KNOWN), settings, now, scope).parse();
  }

  /** Whether names stand beside ids; of parameters that {@link #parse} took. */
  public static boolean wantsNames(Map<String, List<String>> given) {
    return given.getOrDefault(NAMES, List.of()).contains("true");
  }

  /** Whether sums of all rows stand beside the rows; of parameters that {@link #parse} took. */
  public static boolean wantsTotals(Map<String, List<String>> given) {
    return given.getOrDefault(TOTALS, List.of()).contains("true");
  }

  private ReportQuery parse() {
    Optional<ZoneId> zone = zone();
    Granularity granularity =
        given
            .choice(GRANULARITY, Granularity.values(), Granularity::word)
            .orElse(Granularity.TOTAL);
    Set<Measure> measures = measures();
    List<Dimension> groupBy = groupBy(measures);
    List<Order> orderBy = orderBy(groupBy, measures);
    Map<Dimension, Set<String>> filters = filters(Dimension::column);
    Map<Dimension, Set<String>> exclusions = filters(Dimension::exclusion);
    OptionalInt limit = given.number(LIMIT, 1, settings.maxRows());
    given.choice(FORMAT, ReportFormat.values(), ReportFormat::word);
    given.choice(NAMES, new Boolean[] {true, false}, String::valueOf);
    checkTotals(granularity);
    Optional<Instant> from = time(FROM, zone, granularity);
    Optional<Instant> to = time(TO, zone, granularity);
    if (from.isPresent() && to.isPresent()) {
      checkRange(from.get(), to.get(), granularity);
    }
    given.refuseBad();
    return new ReportQuery(
        from.orElseThrow(),
        to.orElseThrow(),
        granularity,
        zone.orElseThrow(),
        groupBy,
        filters,
        exclusions,
        measures,
        orderBy,
        limit,
        scope);
  }

  private Optional<ZoneId> zone() {
    Optional<String> name = given.single(TIME_ZONE);
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
    given.addBad(
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
    return given
        .required(name, TimeParameter.ALLOWED)
        .flatMap(text -> time(name, text, zone, granularity));
  }

  private Optional<Instant> time(
      String name, String text, Optional<ZoneId> zone, Granularity granularity) {
    Instant time;
    try {
      time = TimeParameter.parse(text, zone.orElse(ZoneOffset.UTC));
    } catch (IllegalArgumentException e) {
      given.addBad(BadParameter.of(name, text, e.getMessage()));
      return Optional.empty();
    }
    if (time.isBefore(GivenParameters.EARLIEST) || time.isAfter(GivenParameters.LATEST)) {
      given.addBad(
          BadParameter.of(
              name,
              text,
              "from %s to %s".formatted(GivenParameters.FIRST_DAY, GivenParameters.LAST_DAY)));
      return Optional.empty();
    }
    long wholeSeconds = granularity == Granularity.MINUTE ? 60 : 15 * 60;
    if (zone.isPresent() && (time.getEpochSecond() % wholeSeconds != 0 || time.getNano() != 0)) {
      given.addBad(
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

  /** A report by minutes is live, one in total is final as far as it can be. */
  private void checkTotals(Granularity granularity) {
    boolean isWanted =
        given.choice(TOTALS, new Boolean[] {true, false}, String::valueOf).orElse(false);
    if (isWanted && granularity == Granularity.MINUTE) {
      given.addBad(
          BadParameter.of(TOTALS, "true", "false where granularity=minute, which is live only"));
    }
  }

  private void checkRange(Instant from, Instant to, Granularity granularity) {
    if (!from.isBefore(to)) {
      given.addBad(
          BadParameter.of(TO, given.single(TO).orElseThrow(), "after from, which is " + from));
      return;
    }
    Instant earliestLive = now.minus(settings.liveKept()).truncatedTo(ChronoUnit.MINUTES);
    if (granularity == Granularity.MINUTE && from.isBefore(earliestLive)) {
      given.addBad(
          BadParameter.of(
              FROM,
              given.single(FROM).orElseThrow(),
              "at or after %s for granularity=minute, which reaches back %d days"
                  .formatted(earliestLive, settings.liveKept().toDays())));
    }
    long periods = Periods.estimate(from, to, granularity);
    if (periods > settings.maxPeriods()) {
      given.addBad(
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
    all.retainAll(scope.measures());
    List<Measure> chosen = given.choices(MEASURES, Measure.values(), Measure::column);
    return chosen.isEmpty() ? all : EnumSet.copyOf(chosen);
  }

  /** Cost of two currencies makes no sum, so where cost is asked for, currency is too. */
  private List<Dimension> groupBy(Set<Measure> measures) {
    Set<Dimension> chosen =
        new LinkedHashSet<>(given.choices(GROUP_BY, Dimension.values(), Dimension::column));
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
    for (String word : given.split(ORDER_BY)) {
      boolean isDescending = word.startsWith("-");
      String column = isDescending ? word.substring(1) : word;
      if (allowed.contains(column)) {
        orders.add(
            new Order(
                column, isDescending ? Order.Direction.DESCENDING : Order.Direction.ASCENDING));
      } else {
        given.addBad(
            BadParameter.of(
                ORDER_BY,
                word,
                "one of %s, with - before it for the greatest first"
                    .formatted(String.join(", ", allowed))));
      }
    }
    return orders;
  }

  private Map<Dimension, Set<String>> filters(Function<Dimension, String> parameter) {
    Map<Dimension, Set<String>> filters = new EnumMap<>(Dimension.class);
    for (Dimension dimension : Dimension.values()) {
      Set<String> values = given.filter(parameter.apply(dimension), dimension.form());
      if (!values.isEmpty()) {
        filters.put(dimension, values);
      }
    }
    return filters;
  }
}
