CREATE TABLE IF NOT EXISTS billing.adjustments (
  adjustment_id STRING NOT NULL COMMENT 'Identity: SHA-256 of run, day, advertiser, campaign, publisher, account and currency; differs on a re-run',
  billing_day DATE NOT NULL COMMENT 'The local day of the clicks whose entries it corrects',
  booked_on DATE NOT NULL COMMENT 'The local day on which it is booked and by whose period it is settled: billing_day while its period is open, else an ended day of an open period',
  advertiser_id STRING NOT NULL COMMENT 'Who is charged',
  campaign_id STRING NOT NULL COMMENT 'For which campaign',
  publisher_id STRING NOT NULL COMMENT 'On whose pages the clicks were',
  account STRING NOT NULL COMMENT 'The account of billing.ledger that it corrects',
  causes ARRAY<STRING> NOT NULL COMMENT 'Why: VOIDED_CLICKS, TERMS (dates, budgets, share or zone have another history, or the publisher became known), those of billing.restatements (LATE_CLICKS, METADATA, RULES, SETTINGS, CODE), or BUDGET alone (other clicks changed what is past a budget)',
  debit_micros BIGINT NOT NULL COMMENT 'Millionths of currency; 0 on a credit',
  credit_micros BIGINT NOT NULL COMMENT 'Millionths of currency; 0 on a debit',
  currency STRING NOT NULL COMMENT 'ISO 4217 code: the advertiser\'s currency',
  clicks BIGINT NOT NULL COMMENT 'Signed difference of the clicks behind the account: negative where clicks are taken back',
  state STRING NOT NULL COMMENT 'OPEN, or SETTLED once the period of booked_on is closed',
  run_id STRING NOT NULL COMMENT 'The run in billing.runs; differs on a re-run'
)
USING iceberg
PARTITIONED BY (months(booked_on))
COMMENT 'One row is one side of a correction of billing.ledger: of a closed period, whose entries never change, or of voided clicks. Debits equal credits. Readers follow billing.publications. Written by ChargeClicks.'
TBLPROPERTIES ('format-version' = '2');
ALTER TABLE billing.adjustments WRITE ORDERED BY advertiser_id, campaign_id, publisher_id, account
