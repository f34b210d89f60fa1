package io.clickledger.programs;

/** Exit codes, which mean the same for every program. */
public final class ExitCode {
  /** All was done. */
  public static final int DONE = 0;

  /** The program refused to do it, or found something wrong: a person must look. */
  public static final int REFUSED = 1;

  /** Options or settings are wrong, and nothing was done. */
  public static final int WRONG_USAGE = 2;

  /** It failed or had to wait: the same command may succeed later, and may always be repeated. */
  public static final int TRY_LATER = 3;

  private ExitCode() {}
}
