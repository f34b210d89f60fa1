package io.clickledger.rules.json;

import io.clickledger.rules.contract.ClickLimits;
import java.util.List;
import java.util.Objects;

/**
 * What the clicks of one posted body turned out to be, in their order, up to where reading ended.
 */
public record ReadResults(List<ReadResult> results, End end) {

  /** Why no more clicks were read. */
  public enum End {
    /** The whole body was read. */
    BODY,
    /** The body stops being JSON; the last result says where. */
    UNREADABLE,
    /** There are more clicks, but {@link ClickLimits#MAX_REQUEST_FAULTS} faults were found. */
    MAX_FAULTS,
    /** There are more clicks than the caller allows. */
    MAX_CLICKS
  }

  public ReadResults {
    results = List.copyOf(results);
    Objects.requireNonNull(end, "end");
  }
}
