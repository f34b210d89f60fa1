-- Purpose: THE seam, written here and nowhere else: final rows before it, live partials from it on.
-- Grain: a row of a final table, or a partial of live.clicks_by_minute. Readers sum.
-- Parameters, in order:
--   1 TIMESTAMP(6) WITH TIME ZONE from, inclusive
--   2 TIMESTAMP(6) WITH TIME ZONE the seam, clamped to from..to: where final ends
--   3 TIMESTAMP(6) WITH TIME ZONE the seam again: where live begins
--   4 TIMESTAMP(6) WITH TIME ZONE to, exclusive
-- Names: ${final_table}, its ${final_column} and ${final_type} from FinalTable; ${final_version} and
--   ${live_version} pin a snapshot. A side whose range is empty is pruned by Trino: it reads nothing.
SELECT
  with_timezone(CAST(${final_column} AS TIMESTAMP(6)), 'UTC') AS clicked_from,
  advertiser_id,
  campaign_id,
  ad_id,
  publisher_id,
  geo_country,
  device_type,
  currency,
  gross_clicks,
  duplicate_clicks,
  general_invalid_clicks,
  sophisticated_invalid_clicks,
  valid_clicks,
  cost_micros,
  unique_users_hll,
  revision
FROM ${final_table} ${final_version}
WHERE ${final_column} >= CAST(CAST(? AS TIMESTAMP(6) WITH TIME ZONE) AS ${final_type})
  AND ${final_column} < CAST(CAST(? AS TIMESTAMP(6) WITH TIME ZONE) AS ${final_type})
UNION ALL
SELECT
  minute AS clicked_from,
  advertiser_id,
  campaign_id,
  ad_id,
  publisher_id,
  geo_country,
  device_type,
  currency,
  gross_clicks,
  duplicate_clicks,
  general_invalid_clicks,
  sophisticated_invalid_clicks,
  valid_clicks,
  cost_micros,
  unique_users_hll,
  0 AS revision
FROM live.clicks_by_minute ${live_version}
WHERE minute >= CAST(? AS TIMESTAMP(6) WITH TIME ZONE)
  AND minute < CAST(? AS TIMESTAMP(6) WITH TIME ZONE)
