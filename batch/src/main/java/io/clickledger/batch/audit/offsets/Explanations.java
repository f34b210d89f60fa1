package io.clickledger.batch.audit.offsets;

import io.clickledger.batch.audit.offsets.PartitionProof.Account;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Explains missing offsets by accepted gaps and by retention. All ranges are processed in order of
 * partition and offset, so that only one range of each source is in memory.
 */
final class Explanations {
  private static final Comparator<Source> ACCEPTED_FIRST_THEN_BY_END =
      Comparator.comparing(Source::reason).thenComparing(source -> source.range().to());

  private final List<Source> sources;

  /** Why offsets are missing. */
  enum Reason {
    ACCEPTED_GAP(Account::accepted),
    RETENTION(Account::expired);

    private final BiConsumer<Account, Long> entry;

    Reason(BiConsumer<Account, Long> entry) {
      this.entry = entry;
    }
  }

  /**
   * A landed range.
   *
   * @param offsets how many missing offsets it explains
   */
  record Explained(OffsetRange range, long offsets) {}

  /** Landed ranges that explain missing offsets, in order of partition and offset. */
  static final class Source {
    private final Reason reason;
    private final Iterator<Explained> ranges;
    private Optional<OffsetRange> range = Optional.empty();
    private long left;

    Source(Reason reason, Iterator<Explained> ranges) {
      this.reason = reason;
      this.ranges = ranges;
      advance();
    }

    private Reason reason() {
      return reason;
    }

    private OffsetRange range() {
      return range.orElseThrow();
    }

    private void advance() {
      Optional<Explained> next = ranges.hasNext() ? Optional.of(ranges.next()) : Optional.empty();
      range = next.map(Explained::range);
      left = next.map(Explained::offsets).orElse(0L);
    }

    /** Leaves out the ranges that explain nothing from here on. */
    private void advanceTo(OffsetRange missing) {
      while (range.isPresent() && (left == 0 || range().isBefore(missing))) {
        advance();
      }
    }

    private boolean isIn(int partition) {
      return range.isPresent() && range().partition() == partition;
    }
  }

  Explanations(List<Source> sources) {
    this.sources = List.copyOf(sources);
  }

  /**
   * Explains what it can of the range, which must come after those that were given before. Where
   * landings of both tables lack rows at an offset, the one that ends first explains it: the other
   * one may still explain later offsets.
   *
   * @param account takes how many offsets are explained
   * @param unexplained takes the other ones
   */
  void explain(OffsetRange missing, Account account, Consumer<OffsetRange> unexplained) {
    long at = missing.from();
    while (at < missing.to()) {
      OffsetRange rest = missing.from(at);
      long begin = at;
      sources.forEach(source -> source.advanceTo(rest));
      List<Source> near =
          sources.stream().filter(source -> source.isIn(missing.partition())).toList();
      // Up to the start of the next landing, the same landing explains all offsets.
      long end =
          near.stream()
              .mapToLong(source -> source.range().from())
              .filter(from -> from > begin)
              .reduce(missing.to(), Math::min);
      Optional<Source> first =
          near.stream()
              .filter(source -> source.range().from() <= begin)
              .min(ACCEPTED_FIRST_THEN_BY_END);
      if (first.isEmpty()) {
        unexplained.accept(rest.before(end));
        at = end;
      } else {
        Source source = first.get();
        long explained = Math.min(source.left, Math.min(source.range().to(), end) - at);
        source.left -= explained;
        source.reason().entry.accept(account, explained);
        at += explained;
      }
    }
  }
}
