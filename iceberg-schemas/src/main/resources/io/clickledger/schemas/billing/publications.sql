CREATE TABLE IF NOT EXISTS billing.publications (
  publication_id BIGINT NOT NULL COMMENT 'Identity: 1 for the first, then one more each',
  previous_publication_id BIGINT COMMENT 'The publication that this one follows; null for the first',
  published_at TIMESTAMP NOT NULL COMMENT 'When readers could follow it, UTC',
  run_id STRING NOT NULL COMMENT 'The run in billing.runs that computed it',
  through TIMESTAMP NOT NULL COMMENT 'The seam, UTC: clicks before this instant are final, live from it on',
  final_snapshot_ids MAP<STRING, BIGINT> NOT NULL COMMENT 'Snapshot of every final table, by its name (billing.clicks_by_day, ...)',
  live_snapshot_id BIGINT NOT NULL COMMENT 'Snapshot of live.clicks_by_minute that it was compared with',
  raw_offsets MAP<INT, BIGINT> NOT NULL COMMENT 'Up to which offset, exclusive, raw.clicks was read, per Kafka partition',
  landed_through TIMESTAMP NOT NULL COMMENT 'landed_at of the last landing batch read: a live partial before the seam that landed later waits for the next night',
  restated_days ARRAY<DATE> NOT NULL COMMENT 'Days that were final before and changed with this publication',
  closed_before DATE NOT NULL COMMENT 'Days before this one are closed: no later publication changes them. Days from it on are open to restatement',
  closed_days ARRAY<DATE> NOT NULL COMMENT 'Further days that a person closed, because raw.clicks no longer has all their clicks',
  final_rows MAP<STRING, BIGINT> COMMENT 'Rows of every final table in its snapshot, by its name, as they were published; null in publications made before it was noted',
  cost_micros MAP<STRING, BIGINT> COMMENT 'Cost of all valid clicks of all days, by currency, as it was published; rows without a currency under the empty text; null where final_rows is'
)
USING iceberg
COMMENT 'One row is one publication: the pointer that readers follow is the row with the greatest publication_id. Written by the nightly jobs.'
TBLPROPERTIES ('format-version' = '2')
