CREATE TABLE IF NOT EXISTS fraud.click_verdicts (
  click_id STRING NOT NULL COMMENT 'The click judged',
  clicked_at TIMESTAMP NOT NULL COMMENT 'When the user clicked, UTC',
  verdict STRING NOT NULL COMMENT 'VALID, DUPLICATE, GENERAL_INVALID or SOPHISTICATED_INVALID',
  reasons ARRAY<STRING> COMMENT 'Ids of the rules behind the verdict; empty for VALID',
  score DOUBLE COMMENT 'Score of the nightly model, 0..1; null where none was run',
  rules_version STRING NOT NULL COMMENT 'Version of rules and lists',
  advertiser_id STRING COMMENT 'Advertiser as resolved at night',
  campaign_id STRING COMMENT 'Campaign as resolved at night',
  ad_id STRING NOT NULL COMMENT 'The ad clicked',
  publisher_id STRING NOT NULL COMMENT 'Whose page showed the ad',
  price_micros BIGINT COMMENT 'The ad\'s price at clicked_at, millionths of currency; null while the ad is unknown',
  currency STRING COMMENT 'The advertiser\'s currency',
  kafka_partition INT NOT NULL COMMENT 'Coordinates of the judged row in raw.clicks: partition',
  kafka_offset BIGINT NOT NULL COMMENT 'Coordinates of the judged row in raw.clicks: offset',
  judged_at TIMESTAMP NOT NULL COMMENT 'When the run judged it; differs on a re-run',
  run_id STRING NOT NULL COMMENT 'The run in billing.runs; differs on a re-run'
)
USING iceberg
PARTITIONED BY (days(clicked_at))
COMMENT 'One row is one click as judged at night; no personal data. A re-run gives equal values, except run_id and judged_at. Written by JudgeClicks, which does not exist yet: the table is empty.'
TBLPROPERTIES ('format-version' = '2', 'write.parquet.compression-codec' = 'zstd');
ALTER TABLE fraud.click_verdicts WRITE ORDERED BY click_id
