-- Purpose: how many rows the seam has each UTC day, and their sums: to load the window in parts, and to check
--   that it has everything.
-- Grain: UTC day.
-- Parameters, in order:
--   1-4 those of seam.sql
-- Names: ${seam}.
WITH clicks AS (
${seam}
)
SELECT
  CAST(floor(to_unixtime(clicked_from) / 86400) AS BIGINT) AS day,
  COUNT(*) AS seam_rows,
  SUM(gross_clicks) AS gross_clicks,
  SUM(cost_micros) AS cost_micros
FROM clicks
GROUP BY 1
ORDER BY 1
