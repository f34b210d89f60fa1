package io.clickledger.http;

import java.util.function.Supplier;

/**
 * One thing that a program depends on, by the name under which {@code /ready} reports it, and what
 * is said of it while it answers.
 */
public record Check(String name, Probe probe, Supplier<String> readyState) {

  /** The state of a thing that is ready or not, and nothing between. */
  public static final String READY = "ready";

  public Check(String name, Probe probe) {
    this(name, probe, () -> READY);
  }

  public Check {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name of a check must not be blank");
    }
  }

  /** Asks the thing itself. */
  @FunctionalInterface
  public interface Probe {

    /**
     * Returns where the thing answers.
     *
     * @throws NotReadyException saying, for anybody to read, what is wrong
     * @throws Exception for any other failure, of which only the class is disclosed
     */
    void ask() throws Exception;
  }
}
