CREATE TABLE IF NOT EXISTS audit.quality_metrics (
  run_id STRING NOT NULL COMMENT 'The run in billing.runs',
  table_name STRING NOT NULL COMMENT 'Table measured',
  metric STRING NOT NULL COMMENT 'Kind of metric or check: Deequ\'s name, or one of our own, such as Marks, Rollups, Verdicts, Restatement, Balance, Reconciliation',
  instance STRING NOT NULL COMMENT 'Column or rule that it was taken on',
  value DOUBLE COMMENT 'Value of the metric; null where it could not be computed',
  status STRING NOT NULL COMMENT 'Success, or Error, which stops the run',
  measured_at TIMESTAMP NOT NULL COMMENT 'When it was measured, UTC; differs on a re-run'
)
USING iceberg
PARTITIONED BY (days(measured_at))
COMMENT 'One row is one quality metric of one run. Written by the gates.'
TBLPROPERTIES ('format-version' = '2')
