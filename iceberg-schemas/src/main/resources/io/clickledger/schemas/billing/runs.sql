CREATE TABLE IF NOT EXISTS billing.runs (
  run_id STRING NOT NULL COMMENT 'Identity of the run',
  job STRING NOT NULL COMMENT 'Which job ran: RollUpClicks, ...',
  started_at TIMESTAMP NOT NULL COMMENT 'Start, UTC',
  finished_at TIMESTAMP NOT NULL COMMENT 'End of the computation, before publication, UTC',
  days ARRAY<DATE> NOT NULL COMMENT 'UTC days computed',
  added_days ARRAY<DATE> NOT NULL COMMENT 'Those of them to which only the clicks were added that had landed since the run before; all clicks of the others were judged',
  topic_id STRING NOT NULL COMMENT 'Kafka topic id that the offsets belong to',
  raw_offsets MAP<INT, BIGINT> NOT NULL COMMENT 'Up to which offset, exclusive, raw.clicks was read, per Kafka partition',
  landed_through TIMESTAMP NOT NULL COMMENT 'landed_at of the last landing batch read',
  raw_snapshot_id BIGINT NOT NULL COMMENT 'Snapshot of raw.clicks that was read',
  ref_snapshot_ids MAP<STRING, BIGINT> NOT NULL COMMENT 'Snapshot of each ref table that gave prices and owners',
  rules_version STRING NOT NULL COMMENT 'Version of the verdict rules',
  dedup_horizon_seconds BIGINT NOT NULL COMMENT 'How far apart the clicked_at of two rows with one click_id may lie for the later landed one to be a duplicate',
  history_window_seconds BIGINT NOT NULL COMMENT 'For how long after landing a click is seen by velocity and repeat rules, at least',
  code_version STRING NOT NULL COMMENT 'Version of the program, with the commit that it was built from',
  gross_clicks BIGINT NOT NULL COMMENT 'Raw rows judged: all of the days judged in full, the late ones of added_days',
  landed_clicks BIGINT NOT NULL COMMENT 'Clicks that ever landed up to landed_through, by the landing commits (audit.landings): the sum of the four that follow',
  published_clicks BIGINT NOT NULL COMMENT 'gross_clicks of all days of billing.clicks_by_day',
  waiting_clicks BIGINT NOT NULL COMMENT 'Clicks from the seam on: final with a later night',
  clicks_after_close BIGINT NOT NULL COMMENT 'Clicks that landed after their day was closed, of all time',
  missing_clicks BIGINT NOT NULL COMMENT 'Clicks that landed and are in no row any more, as a person accepted, of all time',
  unexplained_difference BIGINT NOT NULL COMMENT 'By how much live and final differ without a cause on the days that became final, over all measures, as a person accepted',
  reason STRING COMMENT 'Why a person closed days or accepted missing clicks or a difference with this run; null where nobody did',
  model_version STRING COMMENT 'Version of the model of behaviour that verdicts follow; null where it changes none'
)
USING iceberg
COMMENT 'One row is one nightly run: what it read, with which rules, prices and code. Written by the nightly jobs.'
TBLPROPERTIES ('format-version' = '2')
