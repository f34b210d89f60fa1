package io.clickledger.serving.trino;

import io.clickledger.http.Problem;
import io.clickledger.http.ProblemException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/** How many requests of one asker Trino may be busy with, so that one leaves room for others. */
public final class AskerLimits {
  private final int most;
  private final ConcurrentMap<String, Integer> underWay = new ConcurrentHashMap<>();

  public AskerLimits(int most) {
    this.most = most;
  }

  /**
   * Asks for the asker, and counts that until it is answered. Fails with a 429 while he has as many
   * requests under way as he may.
   */
  public <T> CompletableFuture<T> ask(String asker, Supplier<CompletableFuture<T>> work) {
    if (underWay.merge(asker, 1, Integer::sum) > most) {
      release(asker);
      return CompletableFuture.failedFuture(tooMany());
    }
    CompletableFuture<T> answer;
    try {
      answer = work.get();
    } catch (RuntimeException | Error e) {
      release(asker);
      throw e;
    }
    return answer.whenComplete((result, failure) -> release(asker));
  }

  private void release(String asker) {
    underWay.computeIfPresent(asker, (key, count) -> count == 1 ? null : count - 1);
  }

  private ProblemException tooMany() {
    return new ProblemException(
        new Problem(
                429,
                "too-many-requests",
                "Too many requests",
                ("a key may have at most %d requests with Trino; reports that the window answers,"
                        + " which are most, do not count")
                    .formatted(most))
            .withHeader("Retry-After", "1"));
  }
}
