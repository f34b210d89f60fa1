-- Purpose: how the newest revision of each restated day moved a report's sums.
-- Grain: day and currency.
-- Parameters, in order:
--   1 VARCHAR first day, YYYY-MM-DD, inclusive
--   2 VARCHAR end, YYYY-MM-DD, exclusive
--   then VARCHAR the values of ${filters}, in their order
-- Names: ${version} pins a snapshot; ${measures} and ${filters} from Measure and Dimension. A day whose
--   newest revision did not touch what is filtered for is in it with zeros.
WITH revisions AS (
  SELECT
    *,
    MAX(revision) OVER (PARTITION BY day) AS newest_revision
  FROM billing.restatements ${version}
  WHERE day >= CAST(? AS DATE)
    AND day < CAST(? AS DATE)
),
newest AS (
  SELECT
    *,
    COALESCE(${filters}, FALSE) AS is_chosen
  FROM revisions
  WHERE revision = newest_revision
)
SELECT
  CAST(day AS VARCHAR) AS day,
  revision,
  array_join(causes, ',') AS causes,
  COALESCE(currency, '') AS currency,
${measures}
  COUNT_IF(is_chosen) AS chosen_grains
FROM newest
GROUP BY day, revision, causes, currency
ORDER BY day, currency
