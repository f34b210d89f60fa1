package io.clickledger.sandbox.parts.process;

import java.util.function.Supplier;

/** Runs a part in the foreground until Ctrl-C. */
public final class ForegroundRun {

  private ForegroundRun() {}

  public static void run(String usage, String[] args, int atLeast, Supplier<AutoCloseable> part) {
    if (args.length < atLeast) {
      System.err.println("usage: " + usage);
      System.exit(2);
    }
    AutoCloseable started = part.get();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    started.close();
                  } catch (Exception e) {
                    e.printStackTrace();
                  }
                }));
    try {
      Thread.currentThread().join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
