package io.clickledger.settings;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Builds a record tree from the given values. It continues after a fault, so that one start reports
 * all of them; a record with a faulty component is not constructed.
 */
final class RecordBinding {

  private final Map<String, GivenValue> given;
  private final Map<String, String> env;
  private final List<SettingsFault> faults;

  RecordBinding(
      Map<String, GivenValue> given, Map<String, String> env, List<SettingsFault> faults) {
    this.given = given;
    this.env = env;
    this.faults = faults;
  }

  /** The record, or null where a fault was added. */
  <R extends Record> R bind(Class<R> recordType) {
    Set<String> keys = new TreeSet<>();
    collectKeys(recordType, "", keys);
    given.forEach(
        (key, value) -> {
          if (!keys.contains(key)) {
            faults.add(
                new SettingsFault(
                    key, "unknown key (" + value.origin() + ")" + KeySuggestion.hint(key, keys)));
          }
        });
    return recordType.cast(group(recordType, ""));
  }

  private static void collectKeys(Class<?> recordType, String prefix, Set<String> keys) {
    for (RecordComponent component : recordType.getRecordComponents()) {
      String path = prefix + words(component.getName());
      Class<?> type = valueClass(component.getGenericType());
      if (type.isRecord()) {
        collectKeys(type, path + ".", keys);
      } else {
        keys.add(path);
      }
    }
  }

  private Object group(Class<?> recordType, String prefix) {
    int faultsBefore = faults.size();
    RecordComponent[] components = recordType.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      values[i] =
          component(components[i].getGenericType(), prefix + words(components[i].getName()));
    }
    return faults.size() > faultsBefore ? null : construct(recordType, components, values, prefix);
  }

  private Object component(Type type, String path) {
    if (type instanceof ParameterizedType generic) {
      Class<?> element = valueClass(type);
      if (generic.getRawType() == Optional.class) {
        return Optional.ofNullable(isGiven(element, path) ? single(element, path) : null);
      }
      return list(element, path);
    }
    return single((Class<?>) type, path);
  }

  private boolean isGiven(Class<?> type, String path) {
    return type.isRecord()
        ? given.entrySet().stream()
            .anyMatch(e -> e.getKey().startsWith(path + ".") && !e.getValue().isEmpty())
        : given.containsKey(path) && !given.get(path).isEmpty();
  }

  private Object single(Class<?> type, String path) {
    if (type.isRecord()) {
      return group(type, path + ".");
    }
    if (!isGiven(type, path)) {
      faults.add(new SettingsFault(path, "missing; must be " + allowed(type)));
      return null;
    }
    return value(type, path, given.get(path).text());
  }

  private List<Object> list(Class<?> element, String path) {
    List<Object> values = new ArrayList<>();
    if (isGiven(element, path)) {
      for (String text : given.get(path).text().split(",", -1)) {
        values.add(value(element, path, text.strip()));
      }
    }
    return values.contains(null) ? null : List.copyOf(values);
  }

  private Object value(Class<?> type, String path, String text) {
    try {
      if (type == Secret.class) {
        return Secret.referredToBy(text, env);
      }
      if (text.isEmpty()) {
        throw new IllegalArgumentException("must be a list without empty elements");
      }
      return ValueType.of(type).value(text);
    } catch (IllegalArgumentException e) {
      addFault(path, e.getMessage());
      return null;
    }
  }

  private Object construct(
      Class<?> recordType, RecordComponent[] components, Object[] values, String prefix) {
    try {
      Constructor<?> canonical =
          recordType.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      canonical.setAccessible(true);
      return canonical.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException rejection) {
        addRejection(prefix, String.valueOf(rejection.getMessage()));
        return null;
      }
      throw new IllegalStateException("cannot construct " + recordType, e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot construct " + recordType, e);
    }
  }

  /**
   * Adds what a record's own rule found. A message such as "max-clicks must be at least 1, was 0"
   * begins with the last part of a key; others concern several keys.
   */
  private void addRejection(String prefix, String message) {
    String[] parts = message.split(" ", 2);
    if (parts.length == 2 && parts[1].startsWith("must ") && given.containsKey(prefix + parts[0])) {
      addFault(prefix + parts[0], parts[1]);
    } else {
      addFault(prefix.isEmpty() ? "settings" : prefix.substring(0, prefix.length() - 1), message);
    }
  }

  private void addFault(String path, String problem) {
    GivenValue value = given.get(path);
    faults.add(
        new SettingsFault(path, value == null ? problem : problem + " (" + value.origin() + ")"));
  }

  private static String allowed(Class<?> type) {
    return type == Secret.class ? Secret.ALLOWED : ValueType.of(type).allowed();
  }

  /** The class that values are of: the argument of Optional and List, else the class itself. */
  private static Class<?> valueClass(Type type) {
    if (type instanceof ParameterizedType generic
        && (generic.getRawType() == Optional.class || generic.getRawType() == List.class)) {
      return (Class<?>) generic.getActualTypeArguments()[0];
    }
    if (type instanceof Class<?> plain) {
      return plain;
    }
    throw new IllegalStateException("no setting can be of " + type);
  }

  private static String words(String camelCase) {
    return camelCase.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
