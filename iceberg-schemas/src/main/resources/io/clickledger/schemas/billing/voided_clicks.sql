CREATE TABLE IF NOT EXISTS billing.voided_clicks (
  click_id STRING NOT NULL COMMENT 'The voided click',
  clicked_at TIMESTAMP NOT NULL COMMENT 'When the user clicked, UTC',
  advertiser_id STRING NOT NULL COMMENT 'Who was charged for it',
  campaign_id STRING NOT NULL COMMENT 'For which campaign',
  publisher_id STRING NOT NULL COMMENT 'On whose pages the click was',
  price_micros BIGINT NOT NULL COMMENT 'Its price as it was voided, millionths of currency',
  currency STRING NOT NULL COMMENT 'ISO 4217 code',
  reason STRING NOT NULL COMMENT 'Why it was voided',
  voided_by STRING NOT NULL COMMENT 'Who voided it',
  voided_at TIMESTAMP NOT NULL COMMENT 'When, UTC',
  run_id STRING NOT NULL COMMENT 'The run in billing.runs that voided it'
)
USING iceberg
COMMENT 'One row is one valid click that a person voided: it is not charged, and adjustments correct what was. Its verdict stays. Readers follow billing.publications. Written by void-clicks.'
TBLPROPERTIES ('format-version' = '2')
