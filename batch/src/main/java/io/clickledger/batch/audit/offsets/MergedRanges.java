package io.clickledger.batch.audit.offsets;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Ordered ranges in which adjacent ranges are merged. */
final class MergedRanges implements Iterator<OffsetRange> {
  private final Iterator<OffsetRange> ordered;
  private Optional<OffsetRange> next;

  MergedRanges(Iterator<OffsetRange> ordered) {
    this.ordered = ordered;
    this.next = read();
  }

  private Optional<OffsetRange> read() {
    return ordered.hasNext() ? Optional.of(ordered.next()) : Optional.empty();
  }

  @Override
  public boolean hasNext() {
    return next.isPresent();
  }

  @Override
  public OffsetRange next() {
    OffsetRange joined = next.orElseThrow(NoSuchElementException::new);
    next = read();
    while (next.isPresent() && joined.touches(next.get())) {
      joined = new OffsetRange(joined.partition(), joined.from(), next.get().to());
      next = read();
    }
    return joined;
  }
}
