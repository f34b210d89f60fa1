package io.clickledger.batch.billing;

import io.clickledger.lake.Publication;
import java.time.LocalDate;
import java.util.SortedSet;

/** How a night ended that did not fail. */
public sealed interface NightOutcome {
  /** The days were computed and are published. */
  record Published(SortedSet<LocalDate> days, Publication publication) implements NightOutcome {
    @Override
    public String toString() {
      return "published as publication %d: final through %s, computed %s, restated %s"
          .formatted(
              publication.publicationId(), publication.through(), days, publication.restatedDays());
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
