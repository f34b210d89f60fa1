package io.clickledger.batch.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.batch.documents.LineProof.Day;
import io.clickledger.batch.documents.LineProof.Sum;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LineProofTest {
  private static final LocalDate FIRST = LocalDate.parse("2026-11-03");
  private static final LocalDate SECOND = FIRST.plusDays(1);

  @Test
  void addsUpWhatIsChargedAndNothingElse() {
    LineProof proof =
        proof(
            click(FIRST, ClickOutcome.CHARGED, 250_000),
            click(FIRST, ClickOutcome.CHARGED, 300_001),
            click(FIRST, ClickOutcome.NOT_VALID, 250_000),
            click(SECOND, ClickOutcome.AFTER_CAMPAIGN, 250_000),
            click(SECOND, ClickOutcome.CHARGED, 1));

    assertThat(
            proof.faults(
                Map.of(
                    new Day(FIRST, "EUR"), new Sum(2, 550_001),
                    new Day(SECOND, "EUR"), new Sum(1, 1))))
        .isEmpty();
    assertThat(proof.sums())
        .containsExactly(
            "CHARGED: 3 clicks, 0.550002",
            "NOT_VALID: 1 clicks, 0.250000",
            "AFTER_CAMPAIGN: 1 clicks, 0.250000");
  }

  @Test
  void saysOnWhichDayAndByHowMuchTheLedgerIsOff() {
    LineProof proof =
        proof(
            click(FIRST, ClickOutcome.CHARGED, 250_000),
            click(SECOND, ClickOutcome.CHARGED, 250_000));

    assertThat(
            proof.faults(
                Map.of(
                    new Day(FIRST, "EUR"), new Sum(2, 500_000),
                    new Day(SECOND, "EUR"), new Sum(1, 249_999))))
        .containsExactly(
            "2026-11-03: the clicks are 1 clicks, 0.250000 EUR, the ledger has 2 clicks, 0.500000:"
                + " it is above them by 1 clicks, 0.250000",
            "2026-11-04: the clicks are 1 clicks, 0.250000 EUR, the ledger has 1 clicks, 0.249999:"
                + " it is above them by 0 clicks, -0.000001");
  }

  @Test
  void findsADayThatIsChargedTwiceAndOneThatIsNotCharged() {
    LineProof proof = proof(click(FIRST, ClickOutcome.CHARGED, 1));

    assertThat(proof.faults(Map.of())).hasSize(1);
    assertThat(proof.faults(Map.of(new Day(FIRST, "USD"), new Sum(1, 1)))).hasSize(2);
  }

  @Test
  void aVoidedClickStaysInItsLine() {
    LineProof proof = new LineProof();
    proof.add(click(FIRST, ClickOutcome.CHARGED, 7, Optional.of("a robot of the customer")));

    assertThat(proof.faults(Map.of(new Day(FIRST, "EUR"), new Sum(1, 7)))).isEmpty();
    assertThat(proof.sums())
        .contains("voided, among those charged, and taken back by adjustments: 1 clicks, 0.000007");
  }

  private static LineProof proof(ExplainedClick... clicks) {
    LineProof proof = new LineProof();
    List.of(clicks).forEach(proof::add);
    return proof;
  }

  private static ExplainedClick click(LocalDate day, ClickOutcome outcome, long micros) {
    return click(day, outcome, micros, Optional.empty());
  }

  private static ExplainedClick click(
      LocalDate day, ClickOutcome outcome, long micros, Optional<String> voided) {
    return new ExplainedClick(
        Instant.parse("2026-11-03T10:00:00Z"),
        "id",
        day,
        outcome,
        "VALID",
        List.of(),
        micros,
        "EUR",
        OptionalLong.of(1),
        "ad-1",
        "publisher-1",
        0,
        1,
        "rules",
        "run",
        voided);
  }
}
