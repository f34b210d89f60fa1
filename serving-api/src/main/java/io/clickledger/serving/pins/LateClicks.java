package io.clickledger.serving.pins;

import io.clickledger.schemas.ClosedDays;
import io.clickledger.serving.trino.RowFilter;
import io.clickledger.serving.trino.SqlFile;
import io.clickledger.serving.trino.TrinoQuery;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which clicks of live wait for the next billing run, in SQL and as a condition on one of them. */
public final class LateClicks {

  private static final SqlFile PENDING = SqlFile.named("pending");

  private LateClicks() {}

  /** The rows of a live snapshot, of those that the filter lets pass. */
  public static String text(long liveSnapshotId, RowFilter rows) {
    return PENDING.text(
        Map.of("live_version", TrinoQuery.asOf(liveSnapshotId), "rows", rows.text()));
  }

  /** The parameters of that text; before the first publication no click is before the seam. */
  public static List<Object> parameters(Optional<Publication> publication, RowFilter rows) {
    ClosedDays closed = publication.map(Publication::closed).orElse(ClosedDays.NONE);
    List<Object> parameters =
        new ArrayList<>(
            List.of(
                publication.map(Publication::through).orElse(Instant.EPOCH),
                publication.map(Publication::landedThrough).orElse(Instant.EPOCH),
                closed.before().toString(),
                closed.others().stream()
                    .map(LocalDate::toString)
                    .collect(Collectors.joining(","))));
    parameters.addAll(rows.values());
    return parameters;
  }

  /** Whether a click at that time that landed then is one of them; as the text has it. */
  public static boolean isOne(Publication publication, Instant at, LocalDate day, Instant landed) {
    return at.isBefore(publication.through())
        && landed.isAfter(publication.landedThrough())
        && !day.isBefore(publication.closed().before())
        && !publication.closed().others().contains(day);
  }
}
