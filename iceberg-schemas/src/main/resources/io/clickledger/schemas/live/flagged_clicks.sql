CREATE TABLE IF NOT EXISTS live.flagged_clicks (
  click_id STRING NOT NULL COMMENT 'The click',
  clicked_at TIMESTAMP NOT NULL COMMENT 'When the user clicked, UTC',
  ad_id STRING NOT NULL COMMENT 'The ad clicked',
  publisher_id STRING NOT NULL COMMENT 'Whose page showed the ad',
  rules ARRAY<STRING> NOT NULL COMMENT 'Ids of the stateful fraud rules that matched, those in shadow too; those of the stateless ones are in raw.clicks',
  rules_version STRING NOT NULL COMMENT 'Version of the rules in force',
  kafka_partition INT NOT NULL COMMENT 'Kafka coordinates of the record: partition',
  kafka_offset BIGINT NOT NULL COMMENT 'Kafka coordinates of the record: offset',
  landed_at TIMESTAMP NOT NULL COMMENT 'Landing batch of raw.clicks that the click belongs to'
)
USING iceberg
PARTITIONED BY (days(landed_at))
COMMENT 'One row is one click that stateful fraud rules (velocity, repeat clicks) matched as it was counted live. Kept 35 days. Written by CountClicks.'
TBLPROPERTIES (
  'format-version' = '2',
  'write.distribution-mode' = 'none',
  'write.spark.fanout.enabled' = 'true',
  'write.parquet.compression-codec' = 'zstd',
  'write.metadata.delete-after-commit.enabled' = 'true',
  'write.metadata.previous-versions-max' = '20'
);
ALTER TABLE live.flagged_clicks WRITE LOCALLY ORDERED BY kafka_partition, kafka_offset
