CREATE TABLE IF NOT EXISTS audit.reconciliation (
  run_id STRING NOT NULL COMMENT 'The run in billing.runs',
  day DATE NOT NULL COMMENT 'UTC day compared',
  measure STRING NOT NULL COMMENT 'Measure compared',
  live_value BIGINT NOT NULL COMMENT 'Sum in live.clicks_by_minute at the compared snapshot',
  final_value BIGINT NOT NULL COMMENT 'Sum in the final table',
  cause STRING NOT NULL COMMENT 'LATE, DUPLICATE_BEYOND_WINDOW, RESCORED, VELOCITY_CONTEXT, PRICE, METADATA, RULE_VERSION, UNEXPLAINED',
  difference BIGINT NOT NULL COMMENT 'Part of final_value - live_value that the cause explains',
  reconciled_at TIMESTAMP NOT NULL COMMENT 'When it was compared; differs on a re-run'
)
USING iceberg
PARTITIONED BY (days(day))
COMMENT 'One row is one cause of a difference between live and final for a day and a measure. Written by a nightly job that does not exist yet: the table is empty.'
TBLPROPERTIES ('format-version' = '2')
