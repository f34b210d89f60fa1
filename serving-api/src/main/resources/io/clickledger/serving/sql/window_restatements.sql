-- Purpose: the newest revision of each restated day, for the window.
-- Grain: day and all dimensions.
-- Parameters, in order:
--   1 VARCHAR first day, YYYY-MM-DD, inclusive
--   2 VARCHAR end, YYYY-MM-DD, exclusive
-- Names: ${version} pins a snapshot of billing.restatements.
WITH newest AS (
  SELECT
    day,
    MAX(revision) AS revision
  FROM billing.restatements ${version}
  WHERE day >= CAST(? AS DATE)
    AND day < CAST(? AS DATE)
  GROUP BY day
)
SELECT
  CAST(restatements.day AS VARCHAR) AS day,
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
  restatements.revision AS revision,
  array_join(causes, ',') AS causes
FROM billing.restatements ${version} restatements
JOIN newest
  ON restatements.day = newest.day
  AND restatements.revision = newest.revision
