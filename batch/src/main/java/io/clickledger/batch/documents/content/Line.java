package io.clickledger.batch.documents.content;

import java.math.BigDecimal;
import java.time.YearMonth;
import java.util.Optional;

/**
 * A line of a document: the only place where money is rounded.
 *
 * @param number from 1, within the section
 * @param causes why it was adjusted; empty for what is no adjustment
 * @param corrects the month of the clicks of an adjustment
 */
public record Line(
    int number,
    LineKind kind,
    Named advertiser,
    Named campaign,
    String causes,
    Optional<YearMonth> corrects,
    long clicks,
    Money money) {

  /** What the line asks for or pays. */
  public BigDecimal amount() {
    return money.rounded();
  }
}
