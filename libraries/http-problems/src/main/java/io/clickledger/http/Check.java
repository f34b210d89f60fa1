package io.clickledger.http;

/** One thing that a program depends on, by the name under which {@code /ready} reports it. */
public record Check(String name, Probe probe) {

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
