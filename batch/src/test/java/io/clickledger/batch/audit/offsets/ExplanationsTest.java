package io.clickledger.batch.audit.offsets;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.batch.audit.offsets.Explanations.Explained;
import io.clickledger.batch.audit.offsets.Explanations.Reason;
import io.clickledger.batch.audit.offsets.Explanations.Source;
import io.clickledger.batch.audit.offsets.PartitionProof.Account;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExplanationsTest {
  private final List<OffsetRange> unexplained = new ArrayList<>();

  @Test
  void withoutAnExplanationARangeIsLeftAsItIs() {
    PartitionProof proof = explain(List.of(), range(0, 5, 9), range(0, 12, 13));

    assertThat(unexplained).containsExactly(range(0, 5, 9), range(0, 12, 13));
    assertThat(proof.acceptedGap() + proof.expired()).isZero();
  }

  @Test
  void acceptsAGapOnceThoughBothTablesHaveIt() {
    PartitionProof proof =
        explain(List.of(gaps(range(0, 10, 20), range(0, 10, 20))), range(0, 5, 30));

    assertThat(unexplained).containsExactly(range(0, 5, 10), range(0, 20, 30));
    assertThat(proof.acceptedGap()).isEqualTo(10);
  }

  @Test
  void leavesOutGapsOfOtherPartitions() {
    explain(List.of(gaps(range(0, 0, 99), range(2, 0, 99))), range(1, 5, 9));

    assertThat(unexplained).containsExactly(range(1, 5, 9));
  }

  @Test
  void retentionExplainsAsManyOffsetsAsTheLandingLacks() {
    PartitionProof proof =
        explain(
            List.of(lacking(new Explained(range(0, 0, 100), 5))),
            range(0, 10, 13),
            range(0, 20, 30),
            range(0, 40, 41));

    assertThat(unexplained).containsExactly(range(0, 22, 30), range(0, 40, 41));
    assertThat(proof.expired()).isEqualTo(5);
  }

  @Test
  void ofTwoLandingsTheOneThatEndsFirstExplains() {
    PartitionProof proof =
        explain(
            List.of(
                lacking(new Explained(range(0, 0, 100), 3)),
                lacking(new Explained(range(0, 0, 10), 2), new Explained(range(0, 10, 20), 1))),
            range(0, 5, 9),
            range(0, 50, 51));

    assertThat(unexplained).isEmpty();
    assertThat(proof.expired()).isEqualTo(5);
  }

  @Test
  void anAcceptedGapComesBeforeRetention() {
    PartitionProof proof =
        explain(
            List.of(gaps(range(0, 10, 20)), lacking(new Explained(range(0, 0, 40), 15))),
            range(0, 5, 30));

    assertThat(unexplained).isEmpty();
    assertThat(proof.acceptedGap()).isEqualTo(10);
    assertThat(proof.expired()).isEqualTo(15);
  }

  @Test
  void rangesThatTouchAreOne() {
    MergedRanges joined =
        new MergedRanges(
            List.of(
                    range(0, 0, 5),
                    range(0, 5, 9),
                    range(0, 10, 11),
                    range(1, 11, 12),
                    range(1, 12, 13))
                .iterator());

    assertThat(joined)
        .toIterable()
        .containsExactly(range(0, 0, 9), range(0, 10, 11), range(1, 11, 13));
  }

  private PartitionProof explain(List<Source> sources, OffsetRange... missing) {
    Explanations explanations = new Explanations(sources);
    Account account = new Account(range(0, 0, 1000), new Findings());
    for (OffsetRange range : missing) {
      explanations.explain(range, account, unexplained::add);
    }
    return account.close();
  }

  private static Source gaps(OffsetRange... ranges) {
    return new Source(
        Reason.ACCEPTED_GAP,
        Stream.of(ranges).map(range -> new Explained(range, range.size())).iterator());
  }

  private static Source lacking(Explained... landings) {
    return new Source(Reason.RETENTION, List.of(landings).iterator());
  }

  private static OffsetRange range(int partition, long from, long to) {
    return new OffsetRange(partition, from, to);
  }
}
