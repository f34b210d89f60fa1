CREATE TABLE IF NOT EXISTS billing.ledger (
  billing_day DATE NOT NULL COMMENT 'Local day of the clicks, in the advertiser\'s zone',
  advertiser_id STRING NOT NULL COMMENT 'Who is charged',
  campaign_id STRING NOT NULL COMMENT 'For which campaign',
  publisher_id STRING NOT NULL COMMENT 'On whose pages the clicks were: whose share it is on a payable',
  account STRING NOT NULL COMMENT 'ADVERTISER_RECEIVABLE (of advertiser_id), PUBLISHER_PAYABLE (to publisher_id), PLATFORM_REVENUE, or OVER_DELIVERY (what the platform bears of clicks past a budget)',
  debit_micros BIGINT NOT NULL COMMENT 'Millionths of currency; 0 on a credit entry',
  credit_micros BIGINT NOT NULL COMMENT 'Millionths of currency; 0 on a debit entry',
  currency STRING NOT NULL COMMENT 'ISO 4217 code: the advertiser\'s currency',
  valid_clicks BIGINT NOT NULL COMMENT 'Clicks behind the entry: those charged; on OVER_DELIVERY and on a credit of ADVERTISER_RECEIVABLE those past a budget',
  entry_id STRING NOT NULL COMMENT 'Identity: SHA-256 of day, advertiser, campaign, publisher, account, currency and side',
  run_id STRING NOT NULL COMMENT 'The run in billing.runs; differs on a re-run'
)
USING iceberg
PARTITIONED BY (billing_day)
COMMENT 'One row is one side of a double entry for a local billing day, campaign, publisher and account: debits equal credits. Clicks past a budget are charged, and credited by a second pair of entries. The rows of a closed period (billing.periods) never change. Readers follow billing.publications. A re-run gives equal values, except run_id. Written by ChargeClicks.'
TBLPROPERTIES ('format-version' = '2');
ALTER TABLE billing.ledger WRITE ORDERED BY advertiser_id, campaign_id, publisher_id, account
