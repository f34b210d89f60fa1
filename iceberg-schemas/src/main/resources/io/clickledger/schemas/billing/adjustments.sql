CREATE TABLE IF NOT EXISTS billing.adjustments (
  adjustment_id STRING NOT NULL COMMENT 'Identity of the adjustment',
  billing_day DATE NOT NULL COMMENT 'The closed local day that it corrects',
  booked_on DATE NOT NULL COMMENT 'The open local day on which it is booked',
  advertiser_id STRING NOT NULL COMMENT 'Whose account',
  campaign_id STRING NOT NULL COMMENT 'Which campaign',
  cause STRING NOT NULL COMMENT 'Why: late clicks, rescored, price, metadata, dispute',
  amount_micros BIGINT NOT NULL COMMENT 'Signed difference, millionths of currency: positive charges more',
  currency STRING NOT NULL COMMENT 'ISO 4217 code',
  clicks BIGINT NOT NULL COMMENT 'Signed difference of valid clicks',
  run_id STRING NOT NULL COMMENT 'The run in billing.runs; differs on a re-run'
)
USING iceberg
PARTITIONED BY (months(booked_on))
COMMENT 'One row is one correction of a closed period, which itself is never rewritten. Written by ChargeClicks, which does not exist yet: the table is empty.'
TBLPROPERTIES ('format-version' = '2')
