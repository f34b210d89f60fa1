package io.clickledger.sandbox.simulator.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickledger.sandbox.simulator.traffic.Catalogue;
import io.clickledger.sandbox.simulator.traffic.Label;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What must come of the records that were sent, counted a second way. Exact where every attempt was
 * answered; where some were not, the numbers lie between those of {@link Unanswered#LOST} and those
 * of {@link Unanswered#LANDED}. A double click is invalid by behaviour, and so is what only a whole
 * day shows, for a layer that judges by it; the clicks of farms are counted apart, because the
 * order of landing decides which of them are valid.
 */
public final class Oracle {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<OracleEntry> entries;
  private final Map<String, Catalogue.Ad> ads;

  /** The outcome of attempts without an answer. */
  public enum Unanswered {
    LOST,
    LANDED
  }

  /** The measures over a group of clicks; cost in micros of the ads' currencies, each apart. */
  public record Totals(
      long gross,
      long duplicate,
      long generalInvalid,
      long sophisticatedInvalid,
      long valid,
      Map<String, Long> costMicros) {

    /** No clicks. */
    public static final Totals NONE = new Totals(0, 0, 0, 0, 0, Map.of());

    /** The measures of one row of a report of the serving API. */
    public static Totals reported(JsonNode row) {
      long micros = row.get("cost_micros").asLong();
      return new Totals(
          row.get("gross_clicks").asLong(),
          row.get("duplicate_clicks").asLong(),
          row.get("general_invalid_clicks").asLong(),
          row.get("sophisticated_invalid_clicks").asLong(),
          row.get("valid_clicks").asLong(),
          micros == 0 ? Map.of() : Map.of(row.get("currency").asText(), micros));
    }

    /** The measures over both groups. */
    public Totals plus(Totals other) {
      Map<String, Long> cost = new TreeMap<>(costMicros);
      other.costMicros.forEach((currency, micros) -> cost.merge(currency, micros, Math::addExact));
      return new Totals(
          gross + other.gross,
          duplicate + other.duplicate,
          generalInvalid + other.generalInvalid,
          sophisticatedInvalid + other.sophisticatedInvalid,
          valid + other.valid,
          cost);
    }
  }

  public Oracle(List<OracleEntry> entries, Catalogue catalogue) {
    this.entries = List.copyOf(entries);
    this.ads = catalogue.byId();
  }

  /** Reads oracle files. */
  public static Oracle read(Catalogue catalogue, Path... files) {
    return new Oracle(Stream.of(files).flatMap(file -> lines(file).stream()).toList(), catalogue);
  }

  public List<OracleEntry> entries() {
    return entries;
  }

  /** Records that must be in raw.clicks. */
  public long landed() {
    return entries.stream().filter(OracleEntry::isClick).count();
  }

  /** Clicks of farms among those: no totals count them. */
  public long farm() {
    return entries.stream().filter(e -> e.label() == Label.FARM && e.isClick()).count();
  }

  /** Records that must be in raw.rejected_clicks. */
  public long rejected() {
    return entries.stream().filter(OracleEntry::isRejectedAtLanding).count();
  }

  /** The rejected records by reason, as raw.rejected_clicks must have them. */
  public Map<String, Long> rejectedBy() {
    return entries.stream()
        .filter(OracleEntry::isRejectedAtLanding)
        .collect(Collectors.groupingBy(OracleEntry::reason, TreeMap::new, Collectors.counting()));
  }

  /** Up to how many records more may be there, from attempts that were never answered. */
  public long uncertain() {
    return entries.stream().mapToLong(OracleEntry::unknownAttempts).sum();
  }

  /** All clicks together, without those of farms. */
  public Totals totals() {
    return totalsBy(entry -> "").getOrDefault("", Totals.NONE);
  }

  /** The clicks in groups, such as by hour or by ad. */
  public <K extends Comparable<K>> Map<K, Totals> totalsBy(Function<OracleEntry, K> group) {
    return totalsBy(group, Unanswered.LOST);
  }

  /** The clicks in groups, with the unanswered attempts on one side or the other. */
  public <K extends Comparable<K>> Map<K, Totals> totalsBy(
      Function<OracleEntry, K> group, Unanswered unanswered) {
    Set<String> landed =
        entries.stream()
            .filter(entry -> landings(entry, unanswered) > 0)
            .map(OracleEntry::clickId)
            .collect(Collectors.toSet());
    Set<String> seen = new HashSet<>();
    Map<K, Sums> sums = new TreeMap<>();
    for (OracleEntry entry : entries) {
      int landings = landings(entry, unanswered);
      if (landings == 0 || entry.label() == Label.FARM) {
        continue;
      }
      Sums sum = sums.computeIfAbsent(group.apply(entry), key -> new Sums());
      sum.gross += landings;
      sum.duplicate += landings - 1;
      if (!seen.add(entry.clickId())) {
        sum.duplicate++;
      } else if (entry.label().isInvalidByBehaviour()) {
        sum.sophisticatedInvalid++;
      } else if (entry.invalid()) {
        sum.generalInvalid++;
      } else if (entry.follows() != null && landed.contains(entry.follows())) {
        sum.sophisticatedInvalid++;
      } else {
        sum.valid++;
        Catalogue.Ad ad = ads.get(entry.adId());
        if (ad != null) {
          sum.cost.merge(ad.currency(), ad.cpcMicros(), Math::addExact);
        }
      }
    }
    return sums.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, e -> e.getValue().totals(), (a, b) -> a, TreeMap::new));
  }

  /** How many rows of raw.clicks the entry makes. */
  private static int landings(OracleEntry entry, Unanswered unanswered) {
    if (entry.label() == Label.MALFORMED) {
      return 0;
    }
    int answered = entry.isAnswered() ? 1 : 0;
    return switch (unanswered) {
      case LOST -> answered;
      case LANDED -> answered + entry.unknownAttempts();
    };
  }

  /** When the entry's click happened. */
  public static Instant clickedAt(OracleEntry entry) {
    return Instant.ofEpochMilli(entry.clickedAtMillis());
  }

  private static final class Sums {
    long gross;
    long duplicate;
    long generalInvalid;
    long sophisticatedInvalid;
    long valid;
    final Map<String, Long> cost = new HashMap<>();

    Totals totals() {
      return new Totals(
          gross, duplicate, generalInvalid, sophisticatedInvalid, valid, new TreeMap<>(cost));
    }
  }

  private static List<OracleEntry> lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.map(Oracle::entry).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("reading oracle " + file, e);
    }
  }

  private static OracleEntry entry(String line) {
    try {
      return JSON.readValue(line, OracleEntry.class);
    } catch (IOException e) {
      throw new UncheckedIOException("not a line of an oracle: " + line, e);
    }
  }
}
