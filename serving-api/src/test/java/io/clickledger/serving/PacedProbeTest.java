package io.clickledger.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.http.NotReadyException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PacedProbeTest {
  private final AtomicInteger asked = new AtomicInteger();

  @Test
  void asksOnceHoweverOftenItIsAsked() throws Exception {
    PacedProbe probe = new PacedProbe(asked::incrementAndGet);
    for (int i = 0; i < 100; i++) {
      probe.ask();
    }

    assertThat(asked).hasValue(1);
    Thread.sleep(1_100);
    probe.ask();
    assertThat(asked).hasValue(2);
  }

  @Test
  void repeatsWhatWasWrong() {
    PacedProbe probe =
        new PacedProbe(
            () -> {
              asked.incrementAndGet();
              throw new NotReadyException("no tables");
            });
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(probe::ask).hasMessage("no tables");
    }

    assertThat(asked).hasValue(1);
  }
}
