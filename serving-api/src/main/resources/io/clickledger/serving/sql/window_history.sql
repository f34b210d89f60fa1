-- Purpose: what happened to live between two snapshots.
-- Grain: a kept snapshot.
-- Parameters: none.
SELECT
  snapshot_id,
  parent_id,
  operation,
  CAST(COALESCE(element_at(summary, 'added-records'), '0') AS BIGINT) AS added_rows
FROM live."clicks_by_minute$snapshots"
