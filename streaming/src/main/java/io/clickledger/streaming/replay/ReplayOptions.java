package io.clickledger.streaming.replay;

import io.clickledger.rules.ClickField;
import io.clickledger.rules.RejectionReason;
import io.clickledger.settings.Secret;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a replay was asked for on its command line.
 *
 * @param formerKeys payload keys beside the one of the settings, in hex, by their ids
 */
public record ReplayOptions(
    Selection selection, Mendings mendings, Delivery delivery, Map<String, Secret> formerKeys) {

  static final String USAGE =
      "--reason REASON... --from TIME [--to TIME] [--field NAME] [--detail-contains TEXT] [--limit N]"
          + " [--drop FIELD]... [--rename OLD=NEW]... [--set-field FIELD=JSON]... [--default FIELD=JSON]..."
          + " [--derive-click-id] [--payload-key ID=env:NAME|ID=file:/PATH]... [--dry-run] [--all]";

  private static final Set<String> OF_EACH_CLICK =
      Set.of(
          ClickField.CLICK_ID.wireName(),
          ClickField.CLICKED_AT.wireName(),
          ClickField.RECEIVED_AT.wireName());

  public ReplayOptions {
    formerKeys = Map.copyOf(formerKeys);
  }

  /**
   * Reads the job's own arguments.
   *
   * @param now the end of the selected time where none is given
   * @throws IllegalArgumentException naming everything wrong with them, a line each
   */
  public static ReplayOptions parse(List<String> arguments, Instant now, Map<String, String> env) {
    return new Parsing(now, env).parse(arguments);
  }

  /** One command line while it is read. */
  private static final class Parsing {
    private final Instant now;
    private final Map<String, String> env;
    private final List<String> faults = new ArrayList<>();

    private final SortedSet<RejectionReason> reasons = new TreeSet<>();
    private final Map<String, String> single = new LinkedHashMap<>();
    private final Set<String> flags = new LinkedHashSet<>();
    private final Set<String> dropped = new LinkedHashSet<>();
    private final Map<String, String> renamed = new LinkedHashMap<>();
    private final Map<String, String> set = new LinkedHashMap<>();
    private final Map<String, String> defaults = new LinkedHashMap<>();
    private final Map<String, Secret> keys = new LinkedHashMap<>();

    Parsing(Instant now, Map<String, String> env) {
      this.now = now;
      this.env = env;
    }

    ReplayOptions parse(List<String> arguments) {
      for (int i = 0; i < arguments.size(); i++) {
        String option = arguments.get(i);
        switch (option) {
          case "--dry-run", "--all", "--derive-click-id" -> flags.add(option);
          case "--reason",
              "--from",
              "--to",
              "--field",
              "--detail-contains",
              "--limit",
              "--drop",
              "--rename",
              "--set-field",
              "--default",
              "--payload-key" -> {
            if (i + 1 == arguments.size()) {
              faults.add(option + " must be followed by its value");
            } else {
              take(option, arguments.get(++i));
            }
          }
          default -> faults.add(option + " is no option of replay-rejected; there are " + USAGE);
        }
      }
      return options();
    }

    private void take(String option, String value) {
      switch (option) {
        case "--reason" -> reason(value);
        case "--drop" -> dropped.add(value);
        case "--rename" -> pair(option, value, "OLD=NEW", renamed);
        case "--set-field" -> value(option, value, set);
        case "--default" -> value(option, value, defaults);
        case "--payload-key" -> key(value);
        default -> {
          if (single.put(option, value) != null) {
            faults.add(option + " must be given once");
          }
        }
      }
    }

    private void reason(String value) {
      try {
        reasons.add(RejectionReason.valueOf(value));
      } catch (IllegalArgumentException e) {
        faults.add(
            "--reason must be of %s, was %s"
                .formatted(Arrays.toString(RejectionReason.values()), value));
      }
    }

    /** Takes NAME=VALUE, and returns the name where it is a good one. */
    private Optional<String> pair(
        String option, String value, String form, Map<String, String> pairs) {
      int equals = value.indexOf('=');
      if (equals < 1 || equals == value.length() - 1) {
        faults.add("%s must be %s, was %s".formatted(option, form, value));
        return Optional.empty();
      }
      String name = value.substring(0, equals);
      if (pairs.put(name, value.substring(equals + 1)) != null) {
        faults.add("%s must be given once for %s".formatted(option, name));
      }
      return Optional.of(name);
    }

    private void value(String option, String value, Map<String, String> values) {
      Optional<String> name = pair(option, value, "FIELD=JSON", values);
      if (name.isEmpty()) {
        return;
      }
      String json = values.get(name.get());
      if (!RecordFields.isJson(json)) {
        faults.add(
            "the value of %s %s must be JSON (a text in double quotes), was %s"
                .formatted(option, name.get(), json));
      }
      // One value for many clicks: it would make them one click, or invent when it happened.
      if (OF_EACH_CLICK.contains(name.get())) {
        faults.add(
            "%s must not be given for %s, which each click has of its own; --rename takes it from another field%s"
                .formatted(
                    option,
                    name.get(),
                    name.get().equals(ClickField.CLICK_ID.wireName())
                        ? ", --derive-click-id makes one"
                        : ""));
      }
    }

    private void key(String value) {
      int equals = value.indexOf('=');
      if (equals < 1) {
        // Not the value: it may be the key itself.
        faults.add("--payload-key must be ID=env:NAME or ID=file:/PATH");
        return;
      }
      String id = value.substring(0, equals);
      try {
        if (keys.put(id, Secret.referredToBy(value.substring(equals + 1), env)) != null) {
          faults.add("--payload-key must be given once for " + id);
        }
      } catch (IllegalArgumentException e) {
        faults.add("--payload-key " + id + ": " + e.getMessage());
      }
    }

    private ReplayOptions options() {
      if (reasons.isEmpty() && faults.isEmpty()) {
        faults.add(
            "--reason must be given, one or more of " + Arrays.toString(RejectionReason.values()));
      }
      dropped.stream()
          .filter(renamed::containsKey)
          .forEach(name -> faults.add(name + " must not be both dropped and renamed"));
      set.keySet().stream()
          .filter(defaults::containsKey)
          .forEach(name -> faults.add(name + " must not have both --set-field and --default"));
      if (!single.containsKey("--from")) {
        faults.add("--from must be given, a time such as 2026-11-20 or 2026-11-20T13:00:00Z");
      }
      Instant from = time("--from", Instant.EPOCH);
      Instant to = time("--to", now);
      OptionalInt limit = limit();
      if (faults.isEmpty() && !from.isBefore(to)) {
        faults.add("--from must be before --to (default: now), was %s and %s".formatted(from, to));
      }
      if (!faults.isEmpty()) {
        throw new IllegalArgumentException(String.join(System.lineSeparator(), faults));
      }
      return new ReplayOptions(
          new Selection(
              reasons,
              from,
              to,
              Optional.ofNullable(single.get("--field")),
              Optional.ofNullable(single.get("--detail-contains")),
              limit),
          new Mendings(
              dropped,
              renamed,
              set,
              defaults,
              flags.contains("--derive-click-id")
                  ? Mendings.ClickIds.DERIVED
                  : Mendings.ClickIds.AS_SENT),
          delivery(),
          keys);
    }

    private Delivery delivery() {
      if (flags.contains("--dry-run")) {
        return Delivery.NOTHING;
      }
      return flags.contains("--all") ? Delivery.WHAT_HAS_A_CLICK_ID : Delivery.WHAT_LANDS;
    }

    private Instant time(String option, Instant absent) {
      String value = single.get(option);
      if (value == null) {
        return absent;
      }
      try {
        return value.length() == "2026-11-20".length()
            ? LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant()
            : Instant.parse(value);
      } catch (DateTimeParseException e) {
        faults.add(
            "%s must be a UTC date or time such as 2026-11-20 or 2026-11-20T13:00:00Z, was %s"
                .formatted(option, value));
        return absent;
      }
    }

    private OptionalInt limit() {
      String value = single.get("--limit");
      if (value == null) {
        return OptionalInt.empty();
      }
      try {
        int limit = Integer.parseInt(value);
        if (limit > 0) {
          return OptionalInt.of(limit);
        }
      } catch (NumberFormatException e) {
        // Said below, as for a number that is too small.
      }
      faults.add("--limit must be 1.." + Integer.MAX_VALUE + ", was " + value);
      return OptionalInt.empty();
    }
  }
}
