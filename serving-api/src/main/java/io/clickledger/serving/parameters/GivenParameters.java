package io.clickledger.serving.parameters;

import io.clickledger.http.ProblemException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The parameters of one request. Reading goes on after a bad one, so that one answer names all of
 * them: what is read is only to be used after {@link #refuseBad()}.
 */
public final class GivenParameters {

  /** In 2022 a zone (Casey) changed its clocks a minute past midnight, within a quarter hour. */
  public static final LocalDate FIRST_DAY = LocalDate.of(2023, 1, 1);

  /** Far beyond any click, and a time that Trino and Java both know. */
  public static final LocalDate LAST_DAY = LocalDate.of(2100, 1, 1);

  /** Where the first day begins first. */
  public static final Instant EARLIEST = FIRST_DAY.atStartOfDay().toInstant(ZoneOffset.ofHours(14));

  /** Where the last day begins last. */
  public static final Instant LATEST = LAST_DAY.atStartOfDay().toInstant(ZoneOffset.ofHours(-12));

  private static final int MAX_VALUES = 200;
  private static final String DAY =
      "a day as YYYY-MM-DD from %s to %s".formatted(FIRST_DAY, LAST_DAY);

  private final Map<String, List<String>> given;
  private final List<BadParameter> bad = new ArrayList<>();

  /** All parameters that are no known ones are bad. */
  public GivenParameters(Map<String, List<String>> given, List<String> known) {
    this.given = given;
    String allowed = String.join(", ", known);
    given.forEach(
        (name, values) -> {
          if (!known.contains(name)) {
            bad.add(
                new BadParameter(
                    name,
                    String.join(", ", values),
                    "%s is no parameter of this report; allowed: %s".formatted(name, allowed),
                    allowed));
          }
        });
  }

  /** Notes what a caller found bad by itself. */
  public void addBad(BadParameter parameter) {
    bad.add(parameter);
  }

  /**
   * @throws ProblemException 400 naming every bad parameter, its value and what is allowed
   */
  public void refuseBad() {
    if (!bad.isEmpty()) {
      throw BadParameter.refused(bad);
    }
  }

  /** The value of a parameter that may be given once. */
  public Optional<String> single(String name) {
    List<String> values = all(name);
    if (values.size() > 1) {
      bad.add(BadParameter.of(name, String.join(", ", values), "given once"));
      return Optional.empty();
    }
    return values.stream().findFirst();
  }

  /** The value of a parameter that must be given, once. */
  public Optional<String> required(String name, String allowed) {
    if (all(name).isEmpty()) {
      bad.add(BadParameter.missing(name, allowed));
    }
    return single(name);
  }

  /** The day that must be given. */
  public Optional<LocalDate> day(String name) {
    return required(name, DAY)
        .flatMap(
            text -> {
              Optional<LocalDate> day = parsedDay(text);
              if (day.isEmpty()) {
                bad.add(BadParameter.of(name, text, DAY));
              }
              return day;
            });
  }

  /** Java's own form of a day goes beyond the year 9999. */
  private static Optional<LocalDate> parsedDay(String text) {
    try {
      return Optional.of(LocalDate.parse(text))
          .filter(day -> !day.isBefore(FIRST_DAY) && !day.isAfter(LAST_DAY));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** A whole number of a range, where one is given. */
  public OptionalInt number(String name, int least, int most) {
    Optional<String> text = single(name);
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    try {
      int number = Integer.parseInt(text.get());
      if (number >= least && number <= most) {
        return OptionalInt.of(number);
      }
    } catch (NumberFormatException e) {
      // Told below, as a number out of range is.
    }
    bad.add(BadParameter.of(name, text.get(), "a number %d..%d".formatted(least, most)));
    return OptionalInt.empty();
  }

  /**
   * The values to filter by, repeated or separated by commas, each once. A value that no row can
   * have is bad: its answer would be empty, and nobody would know why.
   */
  public Set<String> filter(String name, ValueForm form) {
    // Sorted, so that the same filter written in another order is the same query.
    Set<String> values = new TreeSet<>();
    for (String given : all(name)) {
      // The empty value stands for unknown; between commas it would be a slip.
      for (String value : given.isEmpty() ? new String[] {""} : given.split(",", -1)) {
        if (form.allows(value) && (given.isEmpty() || !value.isEmpty())) {
          values.add(value);
        } else {
          bad.add(BadParameter.of(name, value, form.allowed()));
        }
      }
    }
    if (values.size() > MAX_VALUES) {
      bad.add(BadParameter.of(name, values.size() + " values", "at most " + MAX_VALUES));
    }
    return Collections.unmodifiableSet(values);
  }

  /** One of some words, where one is given. */
  public <E> Optional<E> choice(String name, E[] values, Function<E, String> word) {
    return single(name).flatMap(text -> chosen(name, text, values, word));
  }

  /** Any of some words, each once. */
  public <E> List<E> choices(String name, E[] values, Function<E, String> word) {
    return split(name).stream()
        .flatMap(text -> chosen(name, text, values, word).stream())
        .distinct()
        .toList();
  }

  private <E> Optional<E> chosen(String name, String text, E[] values, Function<E, String> word) {
    Optional<E> found =
        Arrays.stream(values).filter(value -> word.apply(value).equals(text)).findFirst();
    if (found.isEmpty()) {
      String words = String.join(", ", Arrays.stream(values).map(word).toList());
      bad.add(BadParameter.of(name, text, "one of " + words));
    }
    return found;
  }

  /** A list may be given as repeated parameters, with commas, or both. */
  public List<String> split(String name) {
    return all(name).stream()
        .flatMap(value -> Arrays.stream(value.split(",", -1)))
        .map(String::strip)
        .toList();
  }

  private List<String> all(String name) {
    return given.getOrDefault(name, List.of());
  }
}
