package io.clickledger.lake;

/**
 * A bug on purpose, by the system property {@code clickledger.seed-bug}: {@code ./clickledger
 * faults --seed-bug} plants it to show that its checks would find one. Never set in production.
 */
public enum SeededBug {
  /** A driver begins one offset behind the recorded end of one partition. */
  SKIP_OFFSET("skip-offset"),
  /** Commits do not look where the table ends. */
  NO_VALIDATION("no-validation");

  private final boolean planted;

  SeededBug(String name) {
    this.planted = name.equals(System.getProperty("clickledger.seed-bug"));
  }

  public boolean isPlanted() {
    return planted;
  }
}
