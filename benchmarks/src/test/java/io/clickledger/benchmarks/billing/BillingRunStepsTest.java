package io.clickledger.benchmarks.billing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class BillingRunStepsTest {
  @Test
  void aLineOfTheLogEndsThePartBefore() {
    String log =
        """
        judging 1 days in full and late clicks of 0 more
        2026-11-29T00:00:10.000Z INFO BillingRun: judging 1 days in full and late clicks of 0 more
        2026-11-29T00:00:11.000Z INFO JudgeClicksStep: marking the duplicates of what landed
        2026-11-29T00:00:20.000Z INFO Histories: loaded click histories
        2026-11-29T00:00:30.000Z INFO JudgeClicks: counting the clicks of each landing
        2026-11-29T00:00:50.000Z INFO BillingRun: summing the judged clicks
        2026-11-29T00:00:55.000Z INFO JudgeClicksStep: writing verdicts of [2026-11-28] and, of late clicks, of []
        """;

    assertThat(
            BillingRunSteps.of(
                log, Instant.parse("2026-11-29T00:00:00Z"), Instant.parse("2026-11-29T00:01:00Z")))
        .extracting(part -> "%s %s %s".formatted(part.step(), part.from(), part.to()))
        .containsExactly(
            "start 2026-11-29T00:00:00Z 2026-11-29T00:00:10Z",
            "JudgeClicks 2026-11-29T00:00:10Z 2026-11-29T00:00:11Z",
            "JudgeClicks 2026-11-29T00:00:11Z 2026-11-29T00:00:30Z",
            "JudgeClicks 2026-11-29T00:00:30Z 2026-11-29T00:00:50Z",
            "RollUpClicks 2026-11-29T00:00:50Z 2026-11-29T00:00:55Z",
            "verdicts 2026-11-29T00:00:55Z 2026-11-29T00:01:00Z");
  }
}
