package io.clickledger.lake;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bug on purpose, by the system property {@code clickledger.seed-bug}: {@code ./clickledger
 * faults --seed-bug} plants it to show that its checks would find one. Never set in production.
 */
public enum SeededBug {
  /** A driver begins one offset behind the recorded end of one partition. */
  SKIP_OFFSET("skip-offset"),
  /** Commits do not care where the table ends. */
  NO_VALIDATION("no-validation");

  private static final Logger LOG = LoggerFactory.getLogger(SeededBug.class);

  private final String id;
  private final boolean planted;

  SeededBug(String id) {
    this.id = id;
    this.planted = id.equals(System.getProperty("clickledger.seed-bug"));
  }

  /** To be asked where the bug makes a difference: one that is planted does, and says so. */
  public boolean strikes() {
    if (planted) {
      LOG.warn("the planted bug {} strikes", id);
    }
    return planted;
  }
}
