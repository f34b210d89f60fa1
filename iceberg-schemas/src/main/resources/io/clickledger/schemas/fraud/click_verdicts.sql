CREATE TABLE IF NOT EXISTS fraud.click_verdicts (
  click_id STRING NOT NULL COMMENT 'The click judged',
  clicked_at TIMESTAMP NOT NULL COMMENT 'When the user clicked, UTC',
  verdict STRING NOT NULL COMMENT 'VALID, DUPLICATE, GENERAL_INVALID or SOPHISTICATED_INVALID',
  reasons ARRAY<STRING> NOT NULL COMMENT 'Ids of all fraud rules in force that the click matched, in the order of the ids; a DUPLICATE may have some, a VALID click has none. Of a click that only the model of behaviour calls invalid: its reasons, each after model:',
  score DOUBLE COMMENT 'Score of the actor behind the click by the model of behaviour, 0..1; null for a click of no actor that it takes for invalid, for a late click, and where no model was run',
  model_version STRING COMMENT 'Version of the model; null where none was run',
  model_reasons ARRAY<STRING> COMMENT 'Why the model takes the actor for invalid. It changes the verdict of a VALID click only, and only where fraud.behaviour-model is on',
  rules_version STRING NOT NULL COMMENT 'Version of rules and lists',
  advertiser_id STRING COMMENT 'Advertiser of the ad at clicked_at, by the histories of the run; null while the ad is unknown',
  campaign_id STRING COMMENT 'Campaign of the ad at clicked_at; as sent while the ad is unknown',
  ad_id STRING NOT NULL COMMENT 'The ad clicked',
  publisher_id STRING NOT NULL COMMENT 'Whose page showed the ad',
  price_micros BIGINT COMMENT 'The ad\'s price at clicked_at, millionths of currency; null while the ad is unknown',
  currency STRING COMMENT 'The advertiser\'s currency; null while the ad is unknown',
  kafka_partition INT NOT NULL COMMENT 'Coordinates of the judged row in raw.clicks: partition',
  kafka_offset BIGINT NOT NULL COMMENT 'Coordinates of the judged row in raw.clicks: offset',
  judged_at TIMESTAMP NOT NULL COMMENT 'When the run judged it; differs on a re-run',
  run_id STRING NOT NULL COMMENT 'The run in billing.runs; differs on a re-run',
  shadow_reasons ARRAY<STRING> COMMENT 'Ids of the fraud rules in shadow that the click matched, in the order of the ids; they changed no verdict'
)
USING iceberg
PARTITIONED BY (days(clicked_at))
COMMENT 'One row is one click of a final day as judged at night, duplicates included; no personal data. Readers follow billing.publications. A re-run gives equal values, except run_id and judged_at. Written by JudgeClicks.'
TBLPROPERTIES (
  'format-version' = '2',
  'write.distribution-mode' = 'none',
  'write.spark.fanout.enabled' = 'true',
  'write.parquet.compression-codec' = 'zstd',
  'write.parquet.compression-level' = '1',
  'write.parquet.dict-encoding-enabled.column.click_id' = 'false',
  'write.parquet.dict-encoding-enabled.column.kafka_offset' = 'false'
)
