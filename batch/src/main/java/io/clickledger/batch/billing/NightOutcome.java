package io.clickledger.batch.billing;

import io.clickledger.lake.Publication;
import java.time.LocalDate;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.Collectors;

/** How a night ended that did not fail. */
public sealed interface NightOutcome {
  /** The days were computed and are published. */
  record Published(
      SortedSet<LocalDate> days, Publication publication, List<Restatement> restatements)
      implements NightOutcome {
    @Override
    public String toString() {
      return "published as publication %d: final through %s, open to restatement from %s, computed %s"
              .formatted(
                  publication.publicationId(),
                  publication.through(),
                  publication.closed().before(),
                  days)
          + restatements.stream()
              .map(restatement -> "\nrestated " + restatement)
              .collect(Collectors.joining());
    }
  }

  /** The days were computed again and are as they are published; nothing was written. */
  record Unchanged(SortedSet<LocalDate> days, Publication publication) implements NightOutcome {
    @Override
    public String toString() {
      return "nothing changed: computed %s again, equal to publication %d; nothing published"
          .formatted(days, publication.publicationId());
    }
  }
}
