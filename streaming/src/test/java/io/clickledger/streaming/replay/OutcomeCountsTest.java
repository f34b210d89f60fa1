package io.clickledger.streaming.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.rules.contract.RejectionReason;
import io.clickledger.streaming.replay.decision.Coordinates;
import io.clickledger.streaming.replay.decision.Outcome;
import io.clickledger.streaming.replay.decision.ReplayDecider;
import io.clickledger.streaming.replay.decision.TopicTimes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OutcomeCountsTest {
  private static final Outcome LANDED = new Outcome(Outcome.Kind.LANDED, "");
  private static final Outcome REJECTED = new Outcome(Outcome.Kind.REJECTED_AGAIN, "MISSING ad_id");
  private static final Outcome CLOSED =
      new Outcome(Outcome.Kind.UNDECRYPTABLE, "key p0 is not configured");

  @Test
  void addsUpTheParts() {
    OutcomeCounts one = new OutcomeCounts();
    count(one, LANDED, "", 3, 1);
    count(one, REJECTED, "absent", 8, 0);
    OutcomeCounts other = new OutcomeCounts();
    count(other, LANDED, "", 1, 1);
    count(other, CLOSED, "", 2, 0);

    OutcomeCounts sum = one.plus(other).plus(new OutcomeCounts());

    assertThat(sum.records()).isEqualTo(4);
    assertThat(sum.produced()).isEqualTo(2);
    assertThat(sum.records(Outcome.Kind.LANDED)).isEqualTo(2);
    assertThat(one.records()).as("parts stay as they are").isEqualTo(2);
  }

  @Test
  void keepsTheFirstExamplesOnlyWhereverTheyWereCounted() {
    OutcomeCounts sum = new OutcomeCounts();
    for (int offset = 20; offset > 0; offset--) {
      OutcomeCounts part = new OutcomeCounts();
      count(part, LANDED, "", offset, 0);
      sum = sum.plus(part);
    }

    assertThat(sum.inOrder().get(0).getValue().examples().keySet())
        .extracting(Coordinates::offset)
        .containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(sum.records()).isEqualTo(20);
  }

  @Test
  void readsAsATable() {
    OutcomeCounts counts = new OutcomeCounts();
    count(counts, CLOSED, "", 9, 0);
    count(counts, REJECTED, "ad_id must be there, was absent", 4, 0);
    count(counts, LANDED, "", 7, 0);
    count(counts, LANDED, "", 6, 0);

    assertThat(report(Delivery.NOTHING, counts).toString().lines().map(String::strip).toList())
        .containsExactly(
            "4 records of raw.rejected_clicks: reason MISSING, landed from 1970-01-01T00:00:00Z until before 1970-01-02T00:00:00Z",
            "",
            "what would become of them                                     records     produced  examples (partition:offset)",
            "landed                                                              2            0  0:6 0:7",
            "rejected again: MISSING ad_id                                       1            0  0:4",
            "ad_id must be there, was absent",
            "undecryptable: key p0 is not configured                             1            0  0:9",
            "",
            "Dry run: nothing was produced.",
            "Former keys are given by --payload-key ID=env:NAME or ID=file:/path.");
  }

  @Test
  void isCompleteOnlyWhereEveryRecordWasReadAndKept() {
    for (Outcome outcome : List.of(LANDED, REJECTED)) {
      OutcomeCounts counts = new OutcomeCounts();
      count(counts, outcome, "", 1, 0);
      assertThat(report(Delivery.WHAT_LANDS, counts).isComplete()).isTrue();
    }
    for (Outcome outcome : List.of(CLOSED, new Outcome(Outcome.Kind.NOT_KEPT, ""))) {
      OutcomeCounts counts = new OutcomeCounts();
      count(counts, outcome, "", 1, 0);
      assertThat(report(Delivery.WHAT_LANDS, counts).isComplete()).isFalse();
    }
  }

  private static ReplayReport report(Delivery delivery, OutcomeCounts counts) {
    SortedSet<RejectionReason> reasons = new TreeSet<>(List.of(RejectionReason.MISSING));
    return new ReplayReport(
        new ReplayFilter(
            reasons,
            Instant.EPOCH,
            Instant.EPOCH.plusSeconds(86_400),
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty()),
        delivery,
        new TopicTimes(TopicTimes.Stamping.BY_PRODUCER, Instant.EPOCH, Instant.EPOCH),
        counts);
  }

  private static void count(
      OutcomeCounts counts, Outcome outcome, String detail, long offset, int produced) {
    counts.count(
        new ReplayDecider.Decision(outcome, detail, Optional.empty()),
        new Coordinates(0, offset),
        produced);
  }
}
