package io.clickledger.batch.ledger;

/** The accounts of billing.ledger. */
enum Account {
  /** What an advertiser owes for the clicks of its campaigns. */
  ADVERTISER_RECEIVABLE,

  /** What is owed to a publisher: its share of what its clicks cost. */
  PUBLISHER_PAYABLE,

  /** What clicks cost without the publisher's share. */
  PLATFORM_REVENUE,

  /** What clicks past a budget cost: credited to the advertiser, borne by the platform. */
  OVER_DELIVERY
}
