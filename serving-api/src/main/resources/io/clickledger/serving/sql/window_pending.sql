-- Purpose: late clicks that wait for the next billing run, for the window.
-- Grain: all dimensions.
-- Parameters, in order:
--   1-4 those of pending.sql
-- Names: ${pending}.
SELECT
  advertiser_id,
  campaign_id,
  ad_id,
  publisher_id,
  geo_country,
  device_type,
  currency,
  SUM(gross_clicks) AS gross_clicks
${pending}
GROUP BY 1, 2, 3, 4, 5, 6, 7
