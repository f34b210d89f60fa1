package io.clickledger.streaming.replay;

import io.clickledger.programs.WrongUsageException;
import io.clickledger.rules.contract.ClickField;
import io.clickledger.rules.contract.RejectionReason;
import io.clickledger.settings.Secret;
import io.clickledger.streaming.replay.decision.FieldRepairs;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import picocli.CommandLine.Option;

/** Options of a replay, as they are given; {@link #read} checks them together. */
public final class ReplayArguments {
  private static final Set<String> OF_EACH_CLICK =
      Set.of(
          ClickField.CLICK_ID.wireName(),
          ClickField.CLICKED_AT.wireName(),
          ClickField.RECEIVED_AT.wireName());

  @Option(
      names = "--reason",
      description = "Why they were rejected, such as MISSING; may be repeated.")
  private List<String> reasons = List.of();

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "Landed at or after: 2026-11-20 or 2026-11-20T13:00:00Z.")
  private String from;

  @Option(names = "--to", paramLabel = "TIME", description = "Landed before (default: now).")
  private String to;

  @Option(names = "--field", paramLabel = "NAME", description = "Only with this field at fault.")
  private String field;

  @Option(
      names = "--detail-contains",
      paramLabel = "TEXT",
      description = "Only with this text in the detail.")
  private String detailContains;

  @Option(names = "--limit", paramLabel = "N", description = "Only the N that landed first.")
  private String limit;

  @Option(names = "--drop", paramLabel = "FIELD", description = "Remove a field; may be repeated.")
  private List<String> dropped = List.of();

  @Option(
      names = "--rename",
      paramLabel = "OLD=NEW",
      description = "Rename a field; may be repeated.")
  private List<String> renames = List.of();

  @Option(
      names = "--set-field",
      paramLabel = "FIELD=JSON",
      description = "Give a field this value; may be repeated.")
  private List<String> sets = List.of();

  @Option(
      names = "--default",
      paramLabel = "FIELD=JSON",
      description = "Give a field this value where it is absent; may be repeated.")
  private List<String> defaultValues = List.of();

  @Option(
      names = "--derive-click-id",
      description = "Give a record without click_id an id, always the same.")
  private boolean deriveClickId;

  @Option(
      names = "--payload-key",
      paramLabel = "ID=KEY",
      description = "A former key: ID=env:NAME or ID=file:/PATH; may be repeated.")
  private List<String> payloadKeys = List.of();

  @Option(names = "--dry-run", description = "Only print what would become of them.")
  private boolean dryRun;

  @Option(names = "--all", description = "Also send records that would be rejected again.")
  private boolean all;

  private final List<String> faults = new ArrayList<>();
  private final SortedSet<RejectionReason> selected = new TreeSet<>();
  private final Map<String, String> renamed = new LinkedHashMap<>();
  private final Map<String, String> set = new LinkedHashMap<>();
  private final Map<String, String> defaults = new LinkedHashMap<>();
  private final Map<String, Secret> keys = new LinkedHashMap<>();
  private Map<String, String> env = Map.of();

  /**
   * What was asked for.
   *
   * @param now the end of the selected time where none is given
   * @param env where {@code env:NAME} keys are looked up
   * @throws WrongUsageException naming everything wrong with the options, a line each
   */
  public ReplayOptions read(Instant now, Map<String, String> env) {
    this.env = env;
    reasons.forEach(this::reason);
    renames.forEach(value -> pair("--rename", value, "OLD=NEW", renamed));
    sets.forEach(value -> value("--set-field", value, set));
    defaultValues.forEach(value -> value("--default", value, defaults));
    payloadKeys.forEach(this::key);
    return options(now);
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
    if (!FieldRepairs.isValue(json)) {
      faults.add(
          "the value of %s %s must be JSON (a string in double quotes), was %s"
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

  private void reason(String value) {
    try {
      selected.add(RejectionReason.valueOf(value));
    } catch (IllegalArgumentException e) {
      faults.add(
          "--reason must be of %s, was %s"
              .formatted(Arrays.toString(RejectionReason.values()), value));
    }
  }

  private ReplayOptions options(Instant now) {
    if (selected.isEmpty() && faults.isEmpty()) {
      faults.add(
          "--reason must be given, one or more of " + Arrays.toString(RejectionReason.values()));
    }
    dropped.stream()
        .filter(renamed::containsKey)
        .forEach(name -> faults.add(name + " must not be both dropped and renamed"));
    set.keySet().stream()
        .filter(defaults::containsKey)
        .forEach(name -> faults.add(name + " must not have both --set-field and --default"));
    if (from == null) {
      faults.add("--from must be given, a time such as 2026-11-20 or 2026-11-20T13:00:00Z");
    }
    Instant start = time("--from", from, Instant.EPOCH);
    Instant end = time("--to", to, now);
    OptionalInt most = limit();
    if (faults.isEmpty() && !start.isBefore(end)) {
      faults.add("--from must be before --to (default: now), was %s and %s".formatted(start, end));
    }
    if (!faults.isEmpty()) {
      throw new WrongUsageException(String.join(System.lineSeparator(), faults));
    }
    return new ReplayOptions(
        new ReplayFilter(
            selected,
            start,
            end,
            Optional.ofNullable(field),
            Optional.ofNullable(detailContains),
            most),
        new FieldRepairs(
            Set.copyOf(dropped),
            renamed,
            set,
            defaults,
            deriveClickId ? FieldRepairs.ClickIds.DERIVED : FieldRepairs.ClickIds.AS_SENT),
        delivery(),
        keys);
  }

  private Delivery delivery() {
    if (dryRun) {
      return Delivery.NOTHING;
    }
    return all ? Delivery.WHAT_HAS_A_CLICK_ID : Delivery.WHAT_LANDS;
  }

  private Instant time(String option, String value, Instant absent) {
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
    if (limit == null) {
      return OptionalInt.empty();
    }
    try {
      int most = Integer.parseInt(limit);
      if (most > 0) {
        return OptionalInt.of(most);
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number that is too small.
    }
    faults.add("--limit must be 1.." + Integer.MAX_VALUE + ", was " + limit);
    return OptionalInt.empty();
  }
}
