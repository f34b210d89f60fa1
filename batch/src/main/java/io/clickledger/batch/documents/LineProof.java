package io.clickledger.batch.documents;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Adds up the clicks of a line and compares them, day by day, with what the ledger charged. It
 * knows nothing of how charges are made: the prices of the clicks alone must give the same sums.
 */
final class LineProof {
  private static final int DECIMALS_OF_MICROS = 6;

  private final Map<ClickOutcome, Sum> byOutcome = new EnumMap<>(ClickOutcome.class);
  private final SortedMap<Day, Sum> charged = new TreeMap<>();
  private Sum voided = Sum.ZERO;

  /** Clicks and what they cost. */
  record Sum(long clicks, long micros) {
    static final Sum ZERO = new Sum(0, 0);

    Sum plus(Sum other) {
      return new Sum(Math.addExact(clicks, other.clicks), Math.addExact(micros, other.micros));
    }

    @Override
    public String toString() {
      return clicks + " clicks, " + text(micros);
    }
  }

  /** Charges of a local day in a currency. */
  record Day(LocalDate day, String currency) implements Comparable<Day> {
    @Override
    public int compareTo(Day other) {
      int byDay = day.compareTo(other.day);
      return byDay == 0 ? currency.compareTo(other.currency) : byDay;
    }
  }

  void add(ExplainedClick click) {
    Sum one = new Sum(1, click.priceMicros());
    byOutcome.merge(click.outcome(), one, Sum::plus);
    if (click.outcome() == ClickOutcome.CHARGED) {
      charged.merge(new Day(click.billingDay(), click.currency()), one, Sum::plus);
      if (click.voided().isPresent()) {
        voided = voided.plus(one);
      }
    }
  }

  /** The clicks by what became of them, one line each. */
  List<String> sums() {
    List<String> lines = new ArrayList<>();
    byOutcome.forEach((outcome, sum) -> lines.add(outcome + ": " + sum));
    if (voided.clicks() > 0) {
      lines.add("voided, among those charged, and taken back by adjustments: " + voided);
    }
    return lines;
  }

  /** All that is charged, by currency. */
  SortedMap<String, Sum> charged() {
    SortedMap<String, Sum> byCurrency = new TreeMap<>();
    charged.forEach((day, sum) -> byCurrency.merge(day.currency(), sum, Sum::plus));
    return byCurrency;
  }

  /** The days whose clicks do not add up to the ledger, one sentence each with the difference. */
  List<String> faults(Map<Day, Sum> ledger) {
    SortedSet<Day> days = new TreeSet<>(charged.keySet());
    days.addAll(ledger.keySet());
    List<String> faults = new ArrayList<>();
    for (Day day : days) {
      Sum clicks = charged.getOrDefault(day, Sum.ZERO);
      Sum entries = ledger.getOrDefault(day, Sum.ZERO);
      if (!clicks.equals(entries)) {
        faults.add(
            "%s: the clicks are %s %s, the ledger has %s: it is above them by %s clicks, %s"
                .formatted(
                    day.day(),
                    clicks,
                    day.currency(),
                    entries,
                    entries.clicks() - clicks.clicks(),
                    text(entries.micros() - clicks.micros())));
      }
    }
    return faults;
  }

  private static String text(long micros) {
    return BigDecimal.valueOf(micros, DECIMALS_OF_MICROS).toPlainString();
  }
}
