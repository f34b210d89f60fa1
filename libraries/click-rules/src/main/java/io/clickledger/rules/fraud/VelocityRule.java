package io.clickledger.rules.fraud;

import java.io.Serializable;
import java.time.Duration;

/**
 * A limit on how often one address or one user clicks: a click is flagged that is one of more than
 * {@code limit} clicks, of different click_ids, with one key in any window of this length.
 */
public record VelocityRule(String id, Verdict verdict, Key key, Duration window, int limit)
    implements Serializable {

  /** What makes clicks one source's. */
  public enum Key {
    IP_ADDRESS("ip_address"),
    USER_ID("user_id");

    private final String wireName;

    Key(String wireName) {
      this.wireName = wireName;
    }

    /** As documents name it. */
    public String wireName() {
      return wireName;
    }
  }
}
