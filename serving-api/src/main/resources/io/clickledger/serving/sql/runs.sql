-- Purpose: the runs that published: what they read, with which rules, model and program.
-- Grain: one run.
-- Parameters, in order:
--   1 BIGINT the newest publication_id that is wanted
--   then VARCHAR the values of ${filter}, in their order
--   then BIGINT how many rows are left out
--   last BIGINT how many rows are wanted
-- Names: ${filter} chooses rows.
SELECT
  runs.run_id,
  publications.publication_id,
  runs.job,
  to_iso8601(runs.started_at) AS started_at,
  to_iso8601(runs.finished_at) AS finished_at,
  array_join(runs.days, ',') AS days,
  runs.topic_id,
  array_join(
    transform(
      array_sort(map_keys(runs.raw_offsets)),
      partition -> CAST(partition AS VARCHAR) || ':' || CAST(runs.raw_offsets[partition] AS VARCHAR)),
    ',') AS raw_offsets,
  to_iso8601(runs.landed_through) AS landed_through,
  CAST(runs.raw_snapshot_id AS VARCHAR) AS raw_snapshot_id,
  runs.rules_version,
  runs.model_version,
  runs.code_version,
  runs.gross_clicks,
  runs.landed_clicks,
  runs.published_clicks,
  runs.waiting_clicks,
  runs.clicks_after_close,
  runs.missing_clicks,
  runs.unexplained_difference,
  runs.reason
FROM billing.runs runs
JOIN billing.publications publications
  ON publications.run_id = runs.run_id
WHERE publications.publication_id <= ?
  AND ${filter}
ORDER BY publications.publication_id DESC
OFFSET ?
LIMIT ?
