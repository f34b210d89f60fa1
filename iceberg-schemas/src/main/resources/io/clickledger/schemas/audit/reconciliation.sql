CREATE TABLE IF NOT EXISTS audit.reconciliation (
  run_id STRING NOT NULL COMMENT 'The run; in billing.runs only if it published',
  day DATE NOT NULL COMMENT 'UTC day compared',
  hour TIMESTAMP NOT NULL COMMENT 'Start of the hour of clicked_at, UTC',
  campaign_id STRING COMMENT 'Campaign of the clicks; null for none',
  currency STRING COMMENT 'ISO 4217 code of cost_micros; null while the ad is unknown',
  measure STRING NOT NULL COMMENT 'Measure compared: gross_clicks, ..., cost_micros',
  live_value BIGINT NOT NULL COMMENT 'Sum in live.clicks_by_minute at the compared snapshot',
  final_value BIGINT NOT NULL COMMENT 'Sum of the verdicts',
  cause STRING NOT NULL COMMENT 'NOT_YET_COUNTED (landed after what live had counted), DUPLICATE_BEYOND_WINDOW (live does not remember the first click any more), DUPLICATE_BEYOND_HORIZON (live remembers one that is too far away), RESCORED (the model of behaviour takes a click for invalid that live counted as valid), METADATA (another history of the ad or the publisher than when live counted), RULE_VERSION (other rules than when the click landed), UNEXPLAINED',
  difference BIGINT NOT NULL COMMENT 'Part of final_value - live_value that the cause explains',
  reconciled_at TIMESTAMP NOT NULL COMMENT 'When it was compared; differs on a re-run'
)
USING iceberg
PARTITIONED BY (days(hour))
COMMENT 'One row is one cause of a difference between live and final, of a measure in an hour and campaign, as a day became final. Where a published run has no row of a day that it compared, live and final are equal there; days of which live no longer keeps all landings are not compared. Written by billing runs, also by those that do not publish: join billing.publications by run_id.'
TBLPROPERTIES ('format-version' = '2')
