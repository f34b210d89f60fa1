-- Purpose: what a reader is pinned to: the publication pointer and live's newest snapshot, at once.
-- Grain: one row; none while live.clicks_by_minute has no snapshot. The publication's columns are
--   null before the first one.
-- Parameters, in order:
--   1 BIGINT a publication_id that exists, so that the files of older publications are not opened;
--     0 where none is known
WITH pointer AS (
  SELECT
    publication_id,
    through,
    published_at,
    landed_through,
    closed_before,
    closed_days,
    final_snapshot_ids
  FROM billing.publications
  WHERE publication_id >= ?
  ORDER BY publication_id DESC
  LIMIT 1
),
live AS (
  -- $refs and not $snapshots, which also lists snapshots that are only staged.
  SELECT snapshot_id
  FROM live."clicks_by_minute$refs"
  WHERE name = 'main'
)
SELECT
  live.snapshot_id AS live_snapshot_id,
  pointer.publication_id,
  to_iso8601(pointer.through) AS through,
  to_iso8601(pointer.published_at) AS published_at,
  to_iso8601(pointer.landed_through) AS landed_through,
  CAST(pointer.closed_before AS VARCHAR) AS closed_before,
  array_join(pointer.closed_days, ',') AS closed_days,
  element_at(pointer.final_snapshot_ids, 'billing.restatements') AS restatements_snapshot_id,
  element_at(pointer.final_snapshot_ids, 'billing.clicks_by_day') AS day_snapshot_id,
  element_at(pointer.final_snapshot_ids, 'billing.clicks_by_quarter_hour') AS quarter_hour_snapshot_id
FROM live
LEFT JOIN pointer ON TRUE
