-- Purpose: clicks before the seam that wait for the next billing run, read by other files.
-- Grain: a partial of live.clicks_by_minute.
-- Parameters, in order:
--   1 TIMESTAMP(6) WITH TIME ZONE the publication's through
--   2 TIMESTAMP(6) WITH TIME ZONE the publication's landed_through
--   3 VARCHAR the publication's closed_before, YYYY-MM-DD: what lands for a closed day waits for no run
--   4 VARCHAR its further closed days, separated by commas
--   then VARCHAR the values of ${rows}, in their order
-- Names: ${live_version} pins a snapshot; ${rows} chooses the late clicks that are counted.
FROM live.clicks_by_minute ${live_version}
WHERE minute < CAST(? AS TIMESTAMP(6) WITH TIME ZONE)
  AND landed_at > CAST(? AS TIMESTAMP(6) WITH TIME ZONE)
  AND minute >= with_timezone(CAST(? AS TIMESTAMP(6)), 'UTC')
  AND NOT contains(split(?, ','), CAST(CAST(minute AT TIME ZONE 'UTC' AS DATE) AS VARCHAR))
  AND ${rows}
