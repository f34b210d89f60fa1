package io.clickledger.batch.ledger;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the valid clicks of a campaign, local day and publisher cost, and what of it is taken back
 * because clicks were voided.
 *
 * @param uncharged why none of it is charged; its other amounts are zero then
 * @param past clicks past a budget, which are among the clicks
 * @param voided voided clicks among them
 * @param voidedPast voided ones of those past a budget
 */
record Charge(
    LocalDate day,
    String publisherId,
    Optional<UnchargedReason> uncharged,
    Amount all,
    Amount past,
    Amount voided,
    Amount voidedPast,
    long payableMicros,
    long voidedPayableMicros) {

  /** Clicks and what they cost. */
  record Amount(long clicks, long costMicros) {
    static final Amount ZERO = new Amount(0, 0);

    Amount plus(Amount other) {
      return new Amount(
          Math.addExact(clicks, other.clicks), Math.addExact(costMicros, other.costMicros));
    }
  }

  /**
   * One side of a double entry, or of what reverses a part of it.
   *
   * @param clicks behind it; negative where they are taken back
   */
  record Entry(Account account, long debitMicros, long creditMicros, long clicks) {
    private static Entry debit(Account account, long micros, long clicks) {
      return new Entry(account, micros, 0, clicks);
    }

    private static Entry credit(Account account, long micros, long clicks) {
      return new Entry(account, 0, micros, clicks);
    }
  }

  /** The entries of all the clicks; none for clicks that are not charged. */
  List<Entry> entries() {
    return entries(all, payableMicros, past);
  }

  /** What the voided clicks have in the entries. */
  List<Entry> voidedEntries() {
    return entries(voided, voidedPayableMicros, voidedPast);
  }

  private List<Entry> entries(Amount clicks, long payable, Amount pastBudget) {
    List<Entry> entries = new ArrayList<>();
    if (uncharged.isEmpty() && clicks.clicks() > 0) {
      long cost = clicks.costMicros();
      entries.add(Entry.debit(Account.ADVERTISER_RECEIVABLE, cost, clicks.clicks()));
      entries.add(Entry.credit(Account.PUBLISHER_PAYABLE, payable, clicks.clicks()));
      entries.add(Entry.credit(Account.PLATFORM_REVENUE, cost - payable, clicks.clicks()));
    }
    if (uncharged.isEmpty() && pastBudget.costMicros() > 0) {
      long cost = pastBudget.costMicros();
      entries.add(Entry.debit(Account.OVER_DELIVERY, cost, pastBudget.clicks()));
      entries.add(Entry.credit(Account.ADVERTISER_RECEIVABLE, cost, pastBudget.clicks()));
    }
    return entries;
  }
}
