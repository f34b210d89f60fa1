package io.clickledger.batch.billing.run;

import io.clickledger.schemas.ClickMeasures;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What every night must publish, by brute force in plain Java over everything that was sent: the
 * documented rules and nothing of the code that is tested. A day that a night does not compute
 * keeps what it had.
 */
final class ExpectedPublications {
  private final Duration horizon;
  private final Duration closeAfter;
  private final double againShare;
  private final ExpectedMetadata metadata;

  /** Every click that landed, and whether it repeats one that landed before it. */
  private final Map<BillingLake.Landed, Boolean> sent = new HashMap<>();

  private final Map<String, List<Instant>> timesOfIds = new HashMap<>();
  private final SortedMap<LocalDate, Day> days = new TreeMap<>();
  private final Set<LocalDate> closedByHand = new TreeSet<>();
  private Instant through;
  private Instant landedThrough = Instant.EPOCH;
  private LocalDate closedBefore = LocalDate.EPOCH;
  private Set<String> knownIds = Set.of();
  private long afterClose;

  /** By which metadata and rules clicks of a day were judged. */
  record Inputs(String rulesVersion, int metadataChanges) {}

  /**
   * A day as it is published: sums by grain, and what its clicks were judged by.
   *
   * @param inFull how many clicks it had when it was judged in full
   */
  record Day(
      Map<String, Oracle.Totals> quarterHourTotals,
      Map<String, Oracle.Totals> dayTotals,
      int revision,
      long inFull,
      Set<Inputs> judgedBy) {
    Map<String, String> quarterHours() {
      return texts(quarterHourTotals);
    }

    Map<String, String> day() {
      return texts(dayTotals);
    }

    long gross() {
      return dayTotals.values().stream().mapToLong(sum -> sum.gross).sum();
    }

    private static Map<String, String> texts(Map<String, Oracle.Totals> totals) {
      Map<String, String> rows = new TreeMap<>();
      totals.forEach((grain, sum) -> rows.put(grain, sum.toString()));
      return rows;
    }
  }

  /**
   * What a night does.
   *
   * @param restated causes of every day that was final and changed
   * @param publishes false where nothing changed
   */
  record Outcome(
      SortedSet<LocalDate> computed,
      SortedMap<LocalDate, SortedSet<String>> restated,
      boolean publishes,
      Instant through,
      Balance balance) {}

  /** Where every click is that ever landed, as billing.runs says it. */
  record Balance(long landed, long published, long waiting, long afterClose) {}

  ExpectedPublications(
      Duration horizon, Duration closeAfter, double againShare, ExpectedMetadata metadata) {
    this.horizon = horizon;
    this.closeAfter = closeAfter;
    this.againShare = againShare;
    this.metadata = metadata;
  }

  /** One landing batch: later than those before it. */
  void land(Collection<BillingLake.Landed> batch) {
    List<BillingLake.Landed> inOrder = new ArrayList<>(batch);
    inOrder.sort(
        Comparator.comparing(BillingLake.Landed::partition)
            .thenComparing(BillingLake.Landed::offset));
    for (BillingLake.Landed row : inOrder) {
      Instant at = row.click().clickedAt();
      List<Instant> earlier =
          timesOfIds.computeIfAbsent(row.click().clickId(), id -> new ArrayList<>());
      boolean duplicate =
          earlier.stream()
              .anyMatch(other -> Duration.between(other, at).abs().compareTo(horizon) <= 0);
      sent.put(row, duplicate);
      if (!duplicate) {
        earlier.add(at);
      }
    }
  }

  /** The billing run of a date that closes these days; what it finds is published from then on. */
  Outcome run(LocalDate date, Set<LocalDate> closeDays) {
    SortedMap<LocalDate, Long> late = lateClicks();
    Set<LocalDate> stayClosed = new HashSet<>(closedByHand);
    stayClosed.addAll(closeDays);
    SortedSet<LocalDate> computed = new TreeSet<>(Set.of(date));
    LocalDate first = through == null ? firstDay(date) : day(through);
    for (LocalDate day = first; !day.isAfter(date); day = day.plusDays(1)) {
      computed.add(day);
    }
    Instant end = start(date.plusDays(1));
    Instant next = through == null || end.isAfter(through) ? end : through;
    computed.addAll(closing(next, stayClosed));
    computed.addAll(ofNewIds(stayClosed));
    SortedSet<LocalDate> added = new TreeSet<>();
    late.forEach(
        (day, clicks) -> {
          if (!day.isBefore(closedBefore) && !stayClosed.contains(day) && !computed.contains(day)) {
            Day before = days.get(day);
            long inFull = before == null ? 0 : before.inFull();
            long since = before == null ? 0 : before.gross() - inFull;
            (clicks + since > againShare * inFull ? computed : added).add(day);
          }
        });

    SortedMap<LocalDate, Day> changed = new TreeMap<>();
    SortedMap<LocalDate, SortedSet<String>> restated = new TreeMap<>();
    for (LocalDate day : added) {
      changed.put(day, withLateClicks(days.get(day), day));
      restated.put(day, new TreeSet<>(Set.of("LATE_CLICKS")));
    }
    for (LocalDate day : computed) {
      Day before = days.get(day);
      boolean wasFinal = through != null && start(day).isBefore(through);
      Day now = judgedInFull(day, wasFinal ? revision(before) + 1 : 0);
      if (!wasFinal || before == null || !before.quarterHours().equals(now.quarterHours())) {
        if (wasFinal && before == null && now.quarterHours().isEmpty()) {
          continue;
        }
        changed.put(day, now);
        if (wasFinal) {
          restated.put(day, causes(before, now, late.getOrDefault(day, 0L)));
        }
      }
    }
    computed.addAll(added);
    if (changed.isEmpty() && closeDays.isEmpty()) {
      return new Outcome(computed, restated, false, through, null);
    }
    days.putAll(changed);
    late.forEach(
        (day, clicks) ->
            afterClose += day.isBefore(closedBefore) || stayClosed.contains(day) ? clicks : 0);
    through = next;
    landedThrough =
        sent.keySet().stream()
            .map(BillingLake.Landed::landedAt)
            .max(Comparator.naturalOrder())
            .orElseThrow();
    knownIds = metadata.ids();
    closedByHand.addAll(closeDays);
    LocalDate closes = day(through.minus(closeAfter));
    closedBefore = closes.isAfter(closedBefore) ? closes : closedBefore;
    return new Outcome(computed, restated, true, through, balance());
  }

  private Balance balance() {
    long published = days.values().stream().mapToLong(Day::gross).sum();
    long waiting =
        sent.keySet().stream().filter(row -> !row.click().clickedAt().isBefore(through)).count();
    return new Balance(sent.size(), published, waiting, afterClose);
  }

  private SortedMap<LocalDate, Long> lateClicks() {
    SortedMap<LocalDate, Long> late = new TreeMap<>();
    sent.keySet().stream()
        .filter(row -> through != null && row.landedAt().isAfter(landedThrough))
        .filter(row -> row.click().clickedAt().isBefore(through))
        .forEach(row -> late.merge(day(row.click().clickedAt()), 1L, Long::sum));
    return late;
  }

  private LocalDate firstDay(LocalDate otherwise) {
    return sent.keySet().stream()
        .map(row -> day(row.click().clickedAt()))
        .min(Comparator.naturalOrder())
        .orElse(otherwise);
  }

  private static int revision(Day day) {
    return day == null ? 0 : day.revision();
  }

  /** Final days that close with a publication through this instant: they are judged once more. */
  private Set<LocalDate> closing(Instant next, Set<LocalDate> stayClosed) {
    Set<LocalDate> closing = new TreeSet<>();
    if (!closedBefore.equals(LocalDate.EPOCH)) {
      LocalDate open = day(next.minus(closeAfter));
      for (LocalDate day = closedBefore; day.isBefore(open); day = day.plusDays(1)) {
        closing.add(day);
      }
    }
    closing.removeAll(stayClosed);
    return closing;
  }

  /**
   * Open days with published clicks of ads and publishers that became known since the last
   * publication.
   */
  private Set<LocalDate> ofNewIds(Set<LocalDate> stayClosed) {
    Set<LocalDate> again = new TreeSet<>();
    Set<String> newIds = new HashSet<>(metadata.ids());
    newIds.removeAll(knownIds);
    for (BillingLake.Landed row : sent.keySet()) {
      LocalDate day = day(row.click().clickedAt());
      boolean isNew =
          newIds.contains(row.click().adId()) || newIds.contains(row.click().publisherId());
      if (isNew
          && days.containsKey(day)
          && !row.landedAt().isAfter(landedThrough)
          && !day.isBefore(closedBefore)
          && !stayClosed.contains(day)) {
        again.add(day);
      }
    }
    return again;
  }

  private static SortedSet<String> causes(Day before, Day now, long late) {
    SortedSet<String> causes = new TreeSet<>();
    if (late > 0) {
      causes.add("LATE_CLICKS");
    }
    if (before != null) {
      Inputs inputs = now.judgedBy().iterator().next();
      for (Inputs earlier : before.judgedBy()) {
        if (!earlier.rulesVersion().equals(inputs.rulesVersion())) {
          causes.add("RULES");
        }
        if (earlier.metadataChanges() != inputs.metadataChanges()) {
          causes.add("METADATA");
        }
      }
    }
    return causes;
  }

  private Inputs inputs() {
    return new Inputs(metadata.rulesVersion(), metadata.changes());
  }

  private Day judgedInFull(LocalDate day, int revision) {
    long clicks =
        sent.keySet().stream().filter(row -> day(row.click().clickedAt()).equals(day)).count();
    Day judged = new Day(new HashMap<>(), new HashMap<>(), revision, clicks, Set.of(inputs()));
    sent.forEach(
        (row, duplicate) -> {
          if (day(row.click().clickedAt()).equals(day)) {
            count(judged, day, row.click(), duplicate);
          }
        });
    return judged;
  }

  /** What is published of the day stays as it is. */
  private Day withLateClicks(Day before, LocalDate day) {
    Set<Inputs> judgedBy = new HashSet<>(before.judgedBy());
    judgedBy.add(inputs());
    Day after =
        new Day(
            copies(before.quarterHourTotals()),
            copies(before.dayTotals()),
            before.revision() + 1,
            before.inFull(),
            judgedBy);
    sent.forEach(
        (row, duplicate) -> {
          if (day(row.click().clickedAt()).equals(day) && row.landedAt().isAfter(landedThrough)) {
            count(after, day, row.click(), duplicate);
          }
        });
    return after;
  }

  private static Map<String, Oracle.Totals> copies(Map<String, Oracle.Totals> totals) {
    Map<String, Oracle.Totals> copies = new HashMap<>();
    totals.forEach((grain, sum) -> copies.put(grain, sum.copy()));
    return copies;
  }

  private void count(Day judged, LocalDate day, TestClick click, boolean duplicate) {
    count(judged.quarterHourTotals(), day, Duration.ofMinutes(15), click, duplicate);
    count(judged.dayTotals(), day, Duration.ofDays(1), click, duplicate);
  }

  private void count(
      Map<String, Oracle.Totals> totals,
      LocalDate day,
      Duration width,
      TestClick click,
      boolean duplicate) {
    long since = Duration.between(start(day), click.clickedAt()).toMillis();
    Instant start = click.clickedAt().minusMillis(since % width.toMillis());
    count(
        totals.computeIfAbsent(grain(start, click), key -> new Oracle.Totals()), click, duplicate);
  }

  private String grain(Instant start, TestClick click) {
    ExpectedMetadata.Owner owner = metadata.owner(click);
    return Oracle.grain(
        start,
        owner == null ? null : owner.advertiserId(),
        owner == null ? click.campaignId() : owner.campaignId(),
        click.adId(),
        click.publisherId(),
        click.geoCountry(),
        click.deviceType(),
        owner == null ? null : owner.currency());
  }

  private void count(Oracle.Totals sum, TestClick click, boolean duplicate) {
    sum.gross++;
    switch (metadata.measure(click, duplicate)) {
      case ClickMeasures.DUPLICATE_CLICKS -> sum.duplicate++;
      case ClickMeasures.GENERAL_INVALID_CLICKS -> sum.generalInvalid++;
      case ClickMeasures.SOPHISTICATED_INVALID_CLICKS -> sum.sophisticatedInvalid++;
      default -> {
        ExpectedMetadata.Owner owner = metadata.owner(click);
        sum.valid++;
        sum.costMicros += owner == null ? 0 : owner.cpcMicros();
        if (click.userHash() != null) {
          sum.users.add(click.userHash());
        }
      }
    }
  }

  /** Whether no publication may change the day any more. */
  boolean isClosed(LocalDate day) {
    return day.isBefore(closedBefore) || closedByHand.contains(day);
  }

  LocalDate closedBefore() {
    return closedBefore;
  }

  /** The seam: clicks before it are final. */
  Instant through() {
    return through;
  }

  /** The days as they are published. */
  SortedMap<LocalDate, Day> days() {
    return days;
  }

  private static Instant start(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private static LocalDate day(Instant instant) {
    return LocalDate.ofInstant(instant, ZoneOffset.UTC);
  }
}
