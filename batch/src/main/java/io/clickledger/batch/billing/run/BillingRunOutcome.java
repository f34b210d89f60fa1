package io.clickledger.batch.billing.run;

import io.clickledger.batch.billing.rollup.DayChange;
import io.clickledger.batch.reconcile.ReconciledDays;
import io.clickledger.lake.publish.Publication;
import java.time.LocalDate;
import java.util.List;
import java.util.SortedSet;

/** The result of a billing run that did not fail. */
public sealed interface BillingRunOutcome {
  /** In a line; toString() has all of it. */
  String summary();

  /** The days were computed and are published. */
  record Published(
      SortedSet<LocalDate> days,
      Publication publication,
      List<DayChange> changes,
      ReconciledDays reconciled)
      implements BillingRunOutcome {
    @Override
    public String summary() {
      return "published as publication %d, %d days computed, final through %s"
          .formatted(publication.publicationId(), days.size(), publication.through());
    }

    @Override
    public String toString() {
      return "published as publication %d: final through %s, open to restatement from %s, computed %s\n%s\n%s"
          .formatted(
              publication.publicationId(),
              publication.through(),
              publication.closed().before(),
              days,
              DayChange.table(changes),
              reconciled)
          .strip();
    }
  }

  /** The days were computed and would be published as they are; nothing is. */
  record NotPublished(SortedSet<LocalDate> days, List<DayChange> changes, ReconciledDays reconciled)
      implements BillingRunOutcome {
    @Override
    public String summary() {
      return "a dry run, %d days computed, the gate passed, nothing is published"
          .formatted(days.size());
    }

    @Override
    public String toString() {
      return "a dry run, nothing is published: computed %s, the gate passed, and this would change\n%s\n%s"
          .formatted(days, DayChange.table(changes), reconciled)
          .strip();
    }
  }

  /** The days were computed again and are as they are published; nothing was written. */
  record Unchanged(SortedSet<LocalDate> days, Publication publication)
      implements BillingRunOutcome {
    @Override
    public String summary() {
      return "nothing changed, %d days computed, nothing published after publication %d"
          .formatted(days.size(), publication.publicationId());
    }

    @Override
    public String toString() {
      return "nothing changed: computed %s again, equal to publication %d; nothing published"
          .formatted(days, publication.publicationId());
    }
  }
}
