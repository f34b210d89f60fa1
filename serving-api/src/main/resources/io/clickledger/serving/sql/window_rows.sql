-- Purpose: rows of the seam for the window in the API's memory.
-- Grain: a time of ${seconds}, counted from 1970, and all dimensions. users are the sketches of its rows.
-- Parameters, in order:
--   1-4 those of seam.sql
-- Names: ${seam}; ${seconds} is a number.
WITH clicks AS (
${seam}
)
SELECT
  CAST(floor(to_unixtime(clicked_from) / ${seconds}) AS BIGINT) AS time,
  advertiser_id,
  campaign_id,
  ad_id,
  publisher_id,
  geo_country,
  device_type,
  currency,
  SUM(gross_clicks) AS gross_clicks,
  SUM(duplicate_clicks) AS duplicate_clicks,
  SUM(general_invalid_clicks) AS general_invalid_clicks,
  SUM(sophisticated_invalid_clicks) AS sophisticated_invalid_clicks,
  SUM(valid_clicks) AS valid_clicks,
  SUM(cost_micros) AS cost_micros,
  MAX(revision) AS revision,
  array_agg(unique_users_hll) FILTER (WHERE unique_users_hll IS NOT NULL) AS users
FROM clicks
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
