-- Purpose: how fresh live is, and how many of its clicks wait for the next night.
-- Grain: one row.
-- Parameters, in order:
--   1 TIMESTAMP(6) WITH TIME ZONE an instant that live has landed through, so that older files are
--     not opened; landed_through is null where nothing landed since
--   2 TIMESTAMP(6) WITH TIME ZONE the publication's through
--   3 TIMESTAMP(6) WITH TIME ZONE the publication's landed_through
--   4 VARCHAR the publication's closed_before, YYYY-MM-DD: what lands for a closed day waits for no night
--   5 VARCHAR its further closed days, separated by commas
--   then VARCHAR the values of ${rows}, in their order
-- Names: ${live_version} pins a snapshot; ${rows} chooses the late clicks that are counted.
WITH landed AS (
  SELECT MAX(landed_at) AS landed_through
  FROM live.clicks_by_minute ${live_version}
  WHERE landed_at >= CAST(? AS TIMESTAMP(6) WITH TIME ZONE)
),
late AS (
  SELECT SUM(gross_clicks) AS pending_late_clicks
  FROM live.clicks_by_minute ${live_version}
  WHERE minute < CAST(? AS TIMESTAMP(6) WITH TIME ZONE)
    AND landed_at > CAST(? AS TIMESTAMP(6) WITH TIME ZONE)
    AND minute >= with_timezone(CAST(? AS TIMESTAMP(6)), 'UTC')
    AND NOT contains(split(?, ','), CAST(CAST(minute AT TIME ZONE 'UTC' AS DATE) AS VARCHAR))
    AND ${rows}
)
SELECT
  to_iso8601(landed.landed_through) AS landed_through,
  COALESCE(late.pending_late_clicks, 0) AS pending_late_clicks
FROM landed
CROSS JOIN late
