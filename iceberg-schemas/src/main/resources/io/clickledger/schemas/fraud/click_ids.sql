CREATE TABLE IF NOT EXISTS fraud.click_ids (
  click_id STRING NOT NULL COMMENT 'Identity of a click',
  kafka_partition INT NOT NULL COMMENT 'Coordinates of its first landed row: partition',
  kafka_offset BIGINT NOT NULL COMMENT 'Coordinates of its first landed row: offset',
  clicked_at TIMESTAMP NOT NULL COMMENT 'clicked_at of its first landed row, UTC'
)
USING iceberg
PARTITIONED BY (bucket(64, click_id))
COMMENT 'One row is the first landed row of a click_id: the index for exact deduplication across days. Written by JudgeClicks, which does not exist yet: the table is empty.'
TBLPROPERTIES ('format-version' = '2', 'write.parquet.compression-codec' = 'zstd');
ALTER TABLE fraud.click_ids WRITE ORDERED BY click_id
