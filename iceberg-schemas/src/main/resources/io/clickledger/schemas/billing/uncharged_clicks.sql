CREATE TABLE IF NOT EXISTS billing.uncharged_clicks (
  billing_day DATE NOT NULL COMMENT 'Local day of the clicks, in the advertiser\'s zone',
  advertiser_id STRING NOT NULL COMMENT 'Who is not charged',
  campaign_id STRING NOT NULL COMMENT 'The campaign of the clicks',
  publisher_id STRING NOT NULL COMMENT 'On whose pages the clicks were',
  reason STRING NOT NULL COMMENT 'BEFORE_CAMPAIGN (before starts_on), AFTER_CAMPAIGN (after ends_on), or UNKNOWN_PUBLISHER (the metadata do not know publisher_id; charged once they do)',
  valid_clicks BIGINT NOT NULL COMMENT 'Valid clicks that are not charged',
  cost_micros BIGINT NOT NULL COMMENT 'What they would have cost, millionths of currency',
  currency STRING NOT NULL COMMENT 'ISO 4217 code: the advertiser\'s currency',
  run_id STRING NOT NULL COMMENT 'The run in billing.runs; differs on a re-run'
)
USING iceberg
PARTITIONED BY (billing_day)
COMMENT 'One row is the valid clicks of a local billing day, campaign and publisher that are not charged for one reason. Not part of the books: rows of closed periods change with late clicks. Readers follow billing.publications. A re-run gives equal values, except run_id. Written by ChargeClicks.'
TBLPROPERTIES ('format-version' = '2');
ALTER TABLE billing.uncharged_clicks WRITE ORDERED BY advertiser_id, campaign_id, publisher_id
