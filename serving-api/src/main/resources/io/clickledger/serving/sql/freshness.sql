-- Purpose: how fresh live is, and how many of its clicks wait for the next night.
-- Grain: one row.
-- Parameters, in order:
--   1 TIMESTAMP(6) WITH TIME ZONE an instant that live has landed through, so that older files are
--     not opened; landed_through is null where nothing landed since
--   then those of pending.sql
-- Names: ${live_version} pins a snapshot; ${pending}.
WITH landed AS (
  SELECT MAX(landed_at) AS landed_through
  FROM live.clicks_by_minute ${live_version}
  WHERE landed_at >= CAST(? AS TIMESTAMP(6) WITH TIME ZONE)
),
late AS (
  SELECT SUM(gross_clicks) AS pending_late_clicks
${pending}
)
SELECT
  to_iso8601(landed.landed_through) AS landed_through,
  COALESCE(late.pending_late_clicks, 0) AS pending_late_clicks
FROM landed
CROSS JOIN late
