package io.clickledger.serving.trino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class TimedQueryTest {
  private static final Duration SHORT = Duration.ofMillis(50);

  @Test
  void doesNotRunWhatWaitedTooLong() {
    TimedQuery<Integer> query = new TimedQuery<>(SHORT);
    AtomicBoolean isRun = new AtomicBoolean();
    assertThatThrownBy(() -> query.answer().join()).hasMessageContaining("waited");

    query.run(
        started -> {
          isRun.set(true);
          return 1;
        });

    assertThat(isRun).isFalse();
  }

  @Test
  void countsTheTimeOfWaitingAndOfRunningApart() throws InterruptedException {
    TimedQuery<Integer> query = new TimedQuery<>(Duration.ofSeconds(1));
    Thread.sleep(600);

    query.run(
        started -> {
          sleep(600);
          return 1;
        });

    assertThat(query.answer().join()).isEqualTo(1);
  }

  @Test
  void failsWhatRunsTooLongWithoutWaitingForIt() throws InterruptedException {
    TimedQuery<Integer> query = new TimedQuery<>(SHORT);
    CountDownLatch end = new CountDownLatch(1);
    CompletableFuture<Void> run =
        CompletableFuture.runAsync(
            () ->
                query.run(
                    started -> {
                      await(end);
                      return 1;
                    }));

    assertThatThrownBy(() -> query.answer().join()).hasMessageContaining("did not answer within");

    end.countDown();
    run.join();
    assertThat(query.answer()).isCompletedExceptionally();
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
