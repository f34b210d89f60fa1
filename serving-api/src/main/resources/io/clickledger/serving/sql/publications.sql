-- Purpose: what readers followed, and from when on.
-- Grain: one publication.
-- Parameters, in order:
--   1 BIGINT the newest publication_id that is wanted
--   then VARCHAR the values of ${filter}, in their order
--   then BIGINT how many rows are left out
--   last BIGINT how many rows are wanted
-- Names: ${filter} chooses rows.
SELECT
  publication_id,
  previous_publication_id,
  to_iso8601(published_at) AS published_at,
  run_id,
  to_iso8601(through) AS through,
  to_iso8601(landed_through) AS landed_through,
  array_join(restated_days, ',') AS restated_days,
  CAST(closed_before AS VARCHAR) AS closed_before,
  array_join(closed_days, ',') AS closed_days,
  array_join(
    transform(
      array_sort(map_keys(final_snapshot_ids)),
      name -> name || '=' || CAST(final_snapshot_ids[name] AS VARCHAR)),
    ',') AS snapshot_ids
FROM billing.publications
WHERE publication_id <= ?
  AND ${filter}
ORDER BY publication_id DESC
OFFSET ?
LIMIT ?
