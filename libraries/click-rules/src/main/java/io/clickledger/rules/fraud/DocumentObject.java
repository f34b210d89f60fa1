package io.clickledger.rules.fraud;

import io.clickledger.rules.text.Excerpt;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * One object of a JSON document that is being read. A value that is not what it must be is null
 * here, and a fault: its path, what is allowed, and what was found.
 *
 * @param path empty for the document itself
 * @param faults of the whole document
 */
record DocumentObject(Map<?, ?> fields, String path, List<String> faults) {

  boolean has(String name) {
    return fields.containsKey(name);
  }

  /** A field that must be there. Null where it is at fault. */
  <T> T field(String name, String allowed, Function<Object, T> reading) {
    Object value = fields.get(name);
    if (value == null) {
      fault(name, "must be " + allowed + ", is missing");
      return null;
    }
    T read = reading.apply(value);
    if (read == null) {
      fault(name, "must be %s, was %s".formatted(allowed, shown(value)));
    }
    return read;
  }

  /** The least number where it is at fault. */
  int integer(String name, int min, int max) {
    Long number =
        field(
            name,
            "a whole number from %s to %s".formatted(min, max),
            value -> value instanceof Long whole && whole >= min && whole <= max ? whole : null);
    return number == null ? min : number.intValue();
  }

  List<?> array(String name, String allowed) {
    return field(name, allowed, value -> value instanceof List<?> elements ? elements : null);
  }

  /** The elements that are what they must be; the others have their faults. */
  <T> List<T> list(String name, String allowed, Function<Object, T> reading) {
    List<?> elements = array(name, "an array, each of it " + allowed);
    List<T> read = new ArrayList<>();
    for (int i = 0; elements != null && i < elements.size(); i++) {
      T value = reading.apply(elements.get(i));
      if (value == null) {
        fault(
            "%s[%s]".formatted(name, i),
            "must be %s, was %s".formatted(allowed, shown(elements.get(i))));
      } else {
        read.add(value);
      }
    }
    return read;
  }

  /** An object in a field; null where it is at fault. */
  DocumentObject object(String name, String allowed) {
    Map<?, ?> inner =
        field(name, allowed, value -> value instanceof Map<?, ?> parts ? parts : null);
    return inner == null ? null : new DocumentObject(inner, pathOf(name), faults);
  }

  void onlyKnown(List<String> known) {
    Set<Object> unknown = new LinkedHashSet<>(fields.keySet());
    unknown.removeAll(known);
    for (Object name : unknown) {
      fault(name.toString(), "is unknown, known are " + String.join(", ", known));
    }
  }

  /**
   * Adds a fault.
   *
   * @param name of a field, or of a part of it such as {@code networks[0]}
   */
  void fault(String name, String detail) {
    faults.add(pathOf(name) + ": " + detail);
  }

  String pathOf(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  static Function<Object, String> matching(Pattern pattern) {
    return text(value -> pattern.matcher(value).matches() ? value : null);
  }

  static <T> Function<Object, T> text(Function<String, T> reading) {
    return value -> value instanceof String text ? reading.apply(text) : null;
  }

  static String shown(Object value) {
    if (value instanceof String text) {
      return Excerpt.quoted(text);
    }
    if (value instanceof JsonTree.Other other) {
      return other.text();
    }
    return value instanceof Map<?, ?>
        ? "an object"
        : value instanceof List<?> ? "an array" : value.toString();
  }
}
