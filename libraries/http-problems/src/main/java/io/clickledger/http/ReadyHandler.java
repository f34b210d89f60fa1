package io.clickledger.http;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /ready}: 200 where everything that the program depends on answers, else 503 naming
 * what does not. An answer never takes longer than the time allowed, and a check that hangs is not
 * started a second time beside itself.
 */
public final class ReadyHandler implements Handler {

  private static final Logger LOG = LoggerFactory.getLogger(ReadyHandler.class);

  /** What is said of a check, and whether the program can work so. */
  private record State(boolean ready, String text) {}

  private final List<Check> checks;
  private final Duration allowed;
  private final Map<String, CompletableFuture<State>> underWay = new ConcurrentHashMap<>();
  private final ExecutorService executor =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "ready-check");
            thread.setDaemon(true);
            return thread;
          });

  private volatile boolean isStopped;

  public ReadyHandler(List<Check> checks, Duration allowed) {
    this.checks = List.copyOf(checks);
    this.allowed = allowed;
  }

  /** From now on the program is not ready, whatever answers: it is about to stop. */
  public void stop() {
    isStopped = true;
  }

  @Override
  public void handle(Context context) {
    context.header("Cache-Control", "no-store");
    if (isStopped) {
      answer(Map.of("program", new State(false, "is about to stop")), context);
      return;
    }
    context.future(() -> states().thenAccept(states -> answer(states, context)));
  }

  private CompletableFuture<Map<String, State>> states() {
    Map<String, CompletableFuture<State>> asked = new LinkedHashMap<>();
    checks.forEach(check -> asked.put(check.name(), state(check)));
    return CompletableFuture.allOf(asked.values().toArray(CompletableFuture<?>[]::new))
        .thenApply(
            all -> {
              Map<String, State> states = new LinkedHashMap<>();
              asked.forEach((name, state) -> states.put(name, state.join()));
              return states;
            });
  }

  private CompletableFuture<State> state(Check check) {
    return underWay
        .computeIfAbsent(
            check.name(), name -> CompletableFuture.supplyAsync(() -> ask(check), executor))
        .whenComplete((state, failure) -> underWay.remove(check.name()))
        .copy()
        .completeOnTimeout(
            new State(false, "gave no answer within " + allowed.toMillis() + " ms"),
            allowed.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private static State ask(Check check) {
    try {
      check.probe().ask();
      return new State(true, check.readyState().get());
    } catch (NotReadyException e) {
      return new State(false, e.getMessage());
    } catch (Exception e) {
      LOG.warn("check {} failed", check.name(), e);
      return new State(false, "failed with " + e.getClass().getSimpleName());
    }
  }

  private static void answer(Map<String, State> states, Context context) {
    String notReady =
        states.entrySet().stream()
            .filter(state -> !state.getValue().ready())
            .map(state -> state.getKey() + ": " + state.getValue().text())
            .collect(Collectors.joining("; "));
    Map<String, String> texts = new LinkedHashMap<>();
    states.forEach((name, state) -> texts.put(name, state.text()));
    if (!notReady.isEmpty()) {
      throw new ProblemException(
          new Problem(503, "not-ready", "Not ready", notReady)
              .with("checks", texts)
              .withHeader("Retry-After", "1"));
    }
    context
        .contentType("application/json")
        .result(
            texts.entrySet().stream()
                .map(state -> "\"" + state.getKey() + "\":\"" + state.getValue() + "\"")
                .collect(Collectors.joining(",", "{\"status\":\"ready\",\"checks\":{", "}}")));
  }
}
