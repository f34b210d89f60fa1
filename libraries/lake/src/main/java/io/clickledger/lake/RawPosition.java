package io.clickledger.lake;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far raw.clicks was read, in the text of Iceberg's streaming source. Texts are compared, only
 * the snapshot is ever taken out of one.
 */
public record RawPosition(long snapshotId) {
  private static final Pattern SNAPSHOT = Pattern.compile("\"snapshot_id\":(-?\\d+)");

  /** What Iceberg's source writes for a snapshot while it has found nothing to begin with. */
  private static final long NONE_YET = -1;

  /** True for the position of a stream that found nothing yet. */
  public boolean isBeginning() {
    return snapshotId == NONE_YET;
  }

  public static RawPosition parse(String json) {
    Matcher snapshot = SNAPSHOT.matcher(json);
    if (!snapshot.find()) {
      throw new IllegalArgumentException("a position in raw.clicks names a snapshot, was " + json);
    }
    return new RawPosition(Long.parseLong(snapshot.group(1)));
  }
}
