package io.clickledger.metadata.csv;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The versions of one entity, oldest first: those that are written and those that are to be. */
final class EntityHistory {

  private final List<Version> versions = new ArrayList<>();

  /** Of two that start together, the one added later holds. */
  void add(Instant validFrom, Map<String, String> values) {
    versions.add(new Version(validFrom, values));
  }

  boolean isEmpty() {
    return versions.isEmpty();
  }

  Instant lastValidFrom() {
    return versions.get(versions.size() - 1).validFrom;
  }

  /** What holds at that instant, if anything does. */
  Optional<Map<String, String>> at(Instant instant) {
    for (int i = versions.size() - 1; i >= 0; i--) {
      if (!versions.get(i).validFrom.isAfter(instant)) {
        return Optional.of(versions.get(i).values);
      }
    }
    return Optional.empty();
  }

  private record Version(Instant validFrom, Map<String, String> values) {}
}
