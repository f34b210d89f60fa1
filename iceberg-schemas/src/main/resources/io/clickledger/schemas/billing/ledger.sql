CREATE TABLE IF NOT EXISTS billing.ledger (
  billing_day DATE NOT NULL COMMENT 'Local day in the advertiser\'s zone',
  advertiser_id STRING NOT NULL COMMENT 'Who is charged',
  campaign_id STRING NOT NULL COMMENT 'For which campaign',
  publisher_id STRING COMMENT 'Whose share it is, on entries to a publisher account',
  account STRING NOT NULL COMMENT 'ADVERTISER_RECEIVABLE, PUBLISHER_PAYABLE or PLATFORM_REVENUE',
  debit_micros BIGINT NOT NULL COMMENT 'Millionths of currency; 0 on a credit entry',
  credit_micros BIGINT NOT NULL COMMENT 'Millionths of currency; 0 on a debit entry',
  currency STRING NOT NULL COMMENT 'ISO 4217 code',
  valid_clicks BIGINT NOT NULL COMMENT 'Clicks behind the entry',
  entry_id STRING NOT NULL COMMENT 'Identity: a hash of the grain and the revision',
  run_id STRING NOT NULL COMMENT 'The run in billing.runs; differs on a re-run'
)
USING iceberg
PARTITIONED BY (months(billing_day))
COMMENT 'One row is one side of a double entry for a local billing day, campaign and account: debits equal credits. Written by ChargeClicks, which does not exist yet: the table is empty.'
TBLPROPERTIES ('format-version' = '2')
