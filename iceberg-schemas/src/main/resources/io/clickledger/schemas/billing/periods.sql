CREATE TABLE IF NOT EXISTS billing.periods (
  advertiser_id STRING NOT NULL COMMENT 'Whose period it is',
  month DATE NOT NULL COMMENT 'First day of the month: the period is the local billing days of the month in the advertiser\'s zone',
  time_zone STRING NOT NULL COMMENT 'The advertiser\'s IANA zone at the end of the month',
  closed_at TIMESTAMP NOT NULL COMMENT 'When it was closed, UTC; for an advertiser that became known later, when it was closed for all others',
  run_id STRING NOT NULL COMMENT 'The run in billing.runs that closed it for this advertiser'
)
USING iceberg
COMMENT 'One row is one closed billing period of an advertiser: its rows of billing.ledger and its settled adjustments never change. A period without a row is open. Readers follow billing.publications. Written by close-period.'
TBLPROPERTIES ('format-version' = '2')
