-- Purpose: what landed in live since the window last read it.
-- Grain: a partial of live.clicks_by_minute; time counts minutes from 1970.
-- Parameters, in order:
--   1 TIMESTAMP(6) WITH TIME ZONE the greatest landed_at that the window has
-- Names: ${live_version} pins a snapshot.
SELECT
  CAST(floor(to_unixtime(minute) / 60) AS BIGINT) AS time,
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
  0 AS revision,
  unique_users_hll AS users,
  to_iso8601(landed_at) AS landed_at
FROM live.clicks_by_minute ${live_version}
WHERE landed_at > CAST(? AS TIMESTAMP(6) WITH TIME ZONE)
