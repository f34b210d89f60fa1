CREATE TABLE IF NOT EXISTS raw.clicks (
  click_id STRING NOT NULL COMMENT 'Identity of the click: a UUID in lower case, chosen by the sender; repeats are kept here and labelled later',
  clicked_at TIMESTAMP NOT NULL COMMENT 'When the user clicked, UTC, as the sender says',
  received_at TIMESTAMP COMMENT 'When ingestion received it, UTC; null for a click straight from a Kafka producer',
  source STRING NOT NULL COMMENT 'How it came in: pixel, redirect, s2s or kafka',
  ad_id STRING NOT NULL COMMENT 'The ad clicked, as sent',
  publisher_id STRING NOT NULL COMMENT 'Whose page showed the ad, as sent',
  advertiser_id STRING COMMENT 'The ad\'s advertiser at clicked_at, from metadata; null while the ad is unknown',
  campaign_id STRING COMMENT 'The ad\'s campaign at clicked_at, from metadata; as sent while the ad is unknown',
  impression_id STRING COMMENT 'The impression that led to the click, as sent',
  click_url STRING COMMENT 'Where the click leads, as sent',
  user_agent STRING COMMENT 'User-Agent header of the user\'s browser',
  claimed_cost_micros BIGINT COMMENT 'Cost that the sender claims, millionths of currency; billed only for accounts set to click pricing',
  currency STRING COMMENT 'ISO 4217 code of claimed_cost_micros',
  suspected_duplicate BOOLEAN COMMENT 'Ingestion saw this click_id shortly before; a label, not a judgement',
  geo_country STRING COMMENT 'ISO 3166-1 alpha-2 country of the address; null where unknown',
  geo_city STRING COMMENT 'City of the address, where a city database is configured',
  network STRING COMMENT 'Autonomous system or data-centre id of the address',
  device_type STRING COMMENT 'DESKTOP, PHONE, TABLET, TV, ROBOT, OTHER, or UNKNOWN without a user agent',
  os_type STRING COMMENT 'Operating system name out of the user agent',
  browser_type STRING COMMENT 'Browser name out of the user agent',
  fraud_flags ARRAY<STRING> COMMENT 'Ids of the stateless fraud rules that matched, in the order of their ids; empty for none',
  rules_version STRING NOT NULL COMMENT 'Version of the rules and lists behind fraud_flags',
  ip_truncated STRING COMMENT 'Network of the address: /24 for IPv4, /48 for IPv6',
  ip_hash STRING COMMENT 'Keyed hash of the address, 32 hex digits',
  user_hash STRING COMMENT 'Keyed hash of user_id, 32 hex digits; null without a user_id',
  hash_key_id STRING NOT NULL COMMENT 'Which key made ip_hash and user_hash',
  other_fields MAP<STRING, STRING> COMMENT 'Fields of the record that the contract does not know, values as JSON text',
  kafka_partition INT NOT NULL COMMENT 'Kafka coordinates of the record: partition',
  kafka_offset BIGINT NOT NULL COMMENT 'Kafka coordinates of the record: offset',
  kafka_timestamp TIMESTAMP NOT NULL COMMENT 'Timestamp of the Kafka record, UTC',
  landed_at TIMESTAMP NOT NULL COMMENT 'When its landing batch was written, UTC: one value per commit, strictly growing from commit to commit'
)
USING iceberg
PARTITIONED BY (hours(clicked_at))
COMMENT 'One row is one received click, duplicates included. The master dataset: append-only, everything after it can be derived again. Written by LandClicks.'
TBLPROPERTIES (
  'format-version' = '2',
  'write.distribution-mode' = 'none',
  'write.spark.fanout.enabled' = 'true',
  'write.parquet.compression-codec' = 'zstd',
  'write.parquet.compression-level' = '1',
  'write.metadata.delete-after-commit.enabled' = 'true',
  'write.metadata.previous-versions-max' = '20'
);
ALTER TABLE raw.clicks WRITE LOCALLY ORDERED BY kafka_partition, kafka_offset
