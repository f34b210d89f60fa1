package io.clickledger.settings;

import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How a string becomes a value of one type, and what to say where it does not. */
record ValueType(String allowed, Function<String, Object> parse) {

  private static final Pattern DURATION = Pattern.compile("(\\d{1,15})(ms|s|m|h|d)");

  private static final ValueType INT =
      new ValueType(
          "a whole number from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE,
          Integer::parseInt);
  private static final ValueType LONG = new ValueType("a whole number", Long::parseLong);
  private static final ValueType BOOLEAN = new ValueType("true or false", ValueType::bool);
  private static final ValueType DOUBLE =
      new ValueType("a number such as 0.5", ValueType::finiteDouble);

  private static final Map<Class<?>, ValueType> SCALARS =
      Map.ofEntries(
          Map.entry(String.class, new ValueType("a string", text -> text)),
          Map.entry(int.class, INT),
          Map.entry(Integer.class, INT),
          Map.entry(long.class, LONG),
          Map.entry(Long.class, LONG),
          Map.entry(boolean.class, BOOLEAN),
          Map.entry(Boolean.class, BOOLEAN),
          Map.entry(double.class, DOUBLE),
          Map.entry(Double.class, DOUBLE),
          Map.entry(
              Duration.class,
              new ValueType("a duration such as 250ms, 5s, 2m, 1h or 35d", ValueType::duration)),
          Map.entry(
              URI.class,
              new ValueType("an absolute URI such as http://127.0.0.1:8080", ValueType::uri)),
          Map.entry(Path.class, new ValueType("a path", Path::of)),
          Map.entry(
              Instant.class,
              new ValueType("an instant such as 2026-11-01T00:00:00Z", Instant::parse)),
          Map.entry(
              ZoneId.class, new ValueType("a time zone such as Europe/Berlin or UTC", ZoneId::of)));

  static ValueType of(Class<?> type) {
    ValueType scalar = SCALARS.get(type);
    if (scalar != null) {
      return scalar;
    }
    if (type.isEnum()) {
      return ofEnum(type);
    }
    throw new IllegalStateException("no setting can be of " + type);
  }

  /**
   * @throws IllegalArgumentException saying what is allowed and what was given
   */
  Object value(String text) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException("must be " + allowed + ", was \"" + text + "\"", e);
    }
  }

  private static ValueType ofEnum(Class<?> type) {
    Map<String, Object> constants =
        Arrays.stream(type.getEnumConstants())
            .collect(Collectors.toMap(c -> word(((Enum<?>) c).name()), c -> c));
    String allowed =
        Arrays.stream(type.getEnumConstants())
            .map(c -> word(((Enum<?>) c).name()))
            .collect(Collectors.joining(", "));
    return new ValueType(
        "one of " + allowed,
        text -> {
          Object constant = constants.get(word(text));
          if (constant == null) {
            throw new IllegalArgumentException(text);
          }
          return constant;
        });
  }

  private static String word(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Boolean bool(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static Double finiteDouble(String text) {
    double value = new BigDecimal(text).doubleValue();
    if (Double.isInfinite(value)) {
      throw new IllegalArgumentException(text);
    }
    return value;
  }

  private static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(text);
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  private static URI uri(String text) {
    URI uri = URI.create(text);
    if (!uri.isAbsolute()) {
      throw new IllegalArgumentException(text);
    }
    return uri;
  }
}
