package io.clickledger.serving.trino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AskerLimitsTest {
  private final AskerLimits limits = new AskerLimits(2);

  @Test
  void refusesOneMoreRequestOfAnAskerAndNoneOfAnother() {
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    limits.ask("one", () -> answer);
    limits.ask("one", () -> answer);

    assertThatThrownBy(() -> limits.ask("one", () -> answer).join())
        .hasMessageContaining("at most 2");
    assertThat(limits.ask("other", () -> answer)).isNotCompletedExceptionally();

    answer.complete(1);
    assertThat(limits.ask("one", () -> answer).join()).isEqualTo(1);
  }

  @Test
  void countsNothingThatFailedAnyMore() {
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(
              () ->
                  limits.ask(
                      "one",
                      () -> {
                        throw new IllegalStateException("broken");
                      }))
          .hasMessage("broken");
    }

    assertThat(limits.ask("one", () -> CompletableFuture.completedFuture(1)).join()).isEqualTo(1);
  }
}
