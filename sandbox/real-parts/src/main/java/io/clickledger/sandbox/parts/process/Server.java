package io.clickledger.sandbox.parts.process;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A process that answers others: started until it is ready, and again after an end or a crash. */
public final class Server {

  private final Supplier<ProcessPlan> plan;
  private final Duration startTimeout;
  private final Predicate<ManagedProcess> ready;
  private ManagedProcess process;

  private Server(
      Supplier<ProcessPlan> plan, Duration startTimeout, Predicate<ManagedProcess> ready) {
    this.plan = plan;
    this.startTimeout = startTimeout;
    this.ready = ready;
    this.process = launch();
  }

  /**
   * Starts one, and waits until it is ready.
   *
   * @param plan asked at each start
   */
  public static Server start(
      Supplier<ProcessPlan> plan, Duration startTimeout, Predicate<ManagedProcess> ready) {
    return new Server(plan, startTimeout, ready);
  }

  private ManagedProcess launch() {
    ManagedProcess started = plan.get().start();
    try {
      started.awaitReady(startTimeout, () -> ready.test(started));
      return started;
    } catch (StartException e) {
      started.kill();
      throw e;
    }
  }

  /** Its process since the last start, which may have ended. */
  public synchronized ManagedProcess process() {
    return process;
  }

  public long pid() {
    return process().pid();
  }

  /** Ends it as a crash would; its data stay for {@link #restart()}. */
  public synchronized void kill() {
    process.kill();
  }

  /** Ends it properly; its data stay for {@link #restart()}. */
  public synchronized void stop() {
    process.stop();
  }

  /** Starts it again on the same port and data; one that runs is ended first. */
  public synchronized void restart() {
    if (process.isAlive()) {
      process.stop();
    }
    process = launch();
  }
}
