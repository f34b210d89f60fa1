CREATE TABLE IF NOT EXISTS audit.landings (
  table_name STRING NOT NULL COMMENT 'raw.clicks or raw.rejected_clicks',
  snapshot_id BIGINT NOT NULL COMMENT 'The landing commit',
  topic_id STRING NOT NULL COMMENT 'Kafka topic id',
  kafka_partition INT NOT NULL COMMENT 'Kafka partition',
  from_offset BIGINT NOT NULL COMMENT 'First offset of the range, inclusive',
  to_offset BIGINT NOT NULL COMMENT 'End of the range, exclusive',
  landed_rows BIGINT NOT NULL COMMENT 'Rows that the commit added for the partition',
  landed_at TIMESTAMP NOT NULL COMMENT 'The batch\'s landed_at, UTC',
  accepted_gap BIGINT COMMENT 'How many offsets at the start of the range Kafka had lost and a person accepted to go on without; null for none'
)
USING iceberg
PARTITIONED BY (days(landed_at))
COMMENT 'One row is one landed range of one Kafka partition: the proof that nothing was lost, kept after snapshots expire. Written by the streaming driver before it expires them.'
TBLPROPERTIES ('format-version' = '2')
