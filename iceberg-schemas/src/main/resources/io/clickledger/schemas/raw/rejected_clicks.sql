CREATE TABLE IF NOT EXISTS raw.rejected_clicks (
  reason STRING NOT NULL COMMENT 'Why the record is not a click: one of RejectionReason',
  field STRING COMMENT 'The first field at fault; null where the record as a whole is',
  detail STRING NOT NULL COMMENT 'What was expected and what was found, without personal data',
  payload BINARY COMMENT 'The record\'s value, encrypted with AES-256-GCM (12 bytes nonce, then ciphertext and tag); null for a record without a value. Of a record longer than 64 KiB its first 65537 bytes: no click is as long, and detail says how long the record was',
  payload_key_id STRING NOT NULL COMMENT 'Which key encrypted payload',
  kafka_partition INT NOT NULL COMMENT 'Kafka coordinates of the record: partition',
  kafka_offset BIGINT NOT NULL COMMENT 'Kafka coordinates of the record: offset',
  kafka_timestamp TIMESTAMP NOT NULL COMMENT 'Timestamp of the Kafka record, UTC',
  landed_at TIMESTAMP NOT NULL COMMENT 'When its landing batch was written, UTC'
)
USING iceberg
PARTITIONED BY (days(landed_at))
COMMENT 'One row is one record that could not be a click, with the reason and the record itself. Kept 35 days. Written by LandClicks.'
TBLPROPERTIES (
  'format-version' = '2',
  'write.distribution-mode' = 'none',
  'write.spark.fanout.enabled' = 'true',
  'write.parquet.compression-codec' = 'zstd',
  'write.metadata.delete-after-commit.enabled' = 'true',
  'write.metadata.previous-versions-max' = '20'
);
ALTER TABLE raw.rejected_clicks WRITE LOCALLY ORDERED BY kafka_partition, kafka_offset
