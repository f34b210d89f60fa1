package io.clickledger.lake;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far raw.clicks was counted: to a landing, by its snapshot.
 *
 * @param snapshotId the newest landing that is counted
 */
public record RawPosition(long snapshotId) {
  private static final Pattern FORM = Pattern.compile("\\{\"snapshot_id\":(\\d+)}");

  /** Reads what {@link #toString} writes. */
  public static RawPosition parse(String json) {
    Matcher form = FORM.matcher(json);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "a position in raw.clicks is {\"snapshot_id\":n}, was " + json);
    }
    return new RawPosition(Long.parseLong(form.group(1)));
  }

  @Override
  public String toString() {
    return "{\"snapshot_id\":" + snapshotId + "}";
  }
}
