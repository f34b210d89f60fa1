-- Purpose: all publications, with the snapshots of their tables and of the metadata that their runs read.
-- Grain: one publication.
-- Parameters, in order:
--   1 BIGINT the newest publication_id that is wanted
SELECT
  publications.publication_id,
  publications.run_id,
  to_iso8601(publications.published_at) AS published_at,
  to_iso8601(publications.through) AS through,
  array_join(
    transform(
      map_entries(
        map_concat(
          publications.final_snapshot_ids,
          COALESCE(runs.ref_snapshot_ids, CAST(map() AS MAP(VARCHAR, BIGINT))))),
      entry -> entry[1] || '=' || CAST(entry[2] AS VARCHAR)),
    ',') AS snapshot_ids
FROM billing.publications publications
LEFT JOIN billing.runs runs
  ON runs.run_id = publications.run_id
WHERE publications.publication_id <= ?
ORDER BY publications.publication_id
