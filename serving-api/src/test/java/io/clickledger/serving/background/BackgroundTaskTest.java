package io.clickledger.serving.background;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class BackgroundTaskTest {

  @Test
  void runsAgainAfterWhateverARunThrew() throws InterruptedException {
    CountDownLatch runs = new CountDownLatch(4);
    try (BackgroundTask task =
        new BackgroundTask(
            "test",
            LoggerFactory.getLogger(BackgroundTaskTest.class),
            "it fails",
            "it runs again",
            () -> {
              runs.countDown();
              if (runs.getCount() == 3) {
                throw new IllegalStateException("a failure");
              }
              if (runs.getCount() == 2) {
                throw new OutOfMemoryError("not really");
              }
            })) {
      task.start(Duration.ofMillis(1));

      assertThat(runs.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }
}
