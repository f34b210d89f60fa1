package io.clickledger.lake;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A deliberate bug, enabled by the system property {@code clickledger.seed-bug}: {@code
 * ./clickledger faults --seed-bug} uses it to prove that its checks find bugs. Never set in
 * production.
 */
public enum SeededBug {
  /** A driver starts one offset after the recorded position of one partition. */
  SKIP_OFFSET("skip-offset"),
  /** Commits do not validate the table's position. */
  NO_VALIDATION("no-validation");

  private static final Logger LOG = LoggerFactory.getLogger(SeededBug.class);

  private final String id;
  private final boolean planted;

  SeededBug(String id) {
    this.id = id;
    this.planted = id.equals(System.getProperty("clickledger.seed-bug"));
  }

  /**
   * Whether the bug is enabled; logs that it takes effect. Called only where it makes a difference.
   */
  public boolean takesEffect() {
    if (planted) {
      LOG.warn("the planted bug {} strikes", id);
    }
    return planted;
  }
}
