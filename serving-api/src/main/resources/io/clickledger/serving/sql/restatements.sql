-- Purpose: how the newest revision of each restated day moved a report's sums.
-- Grain: day and currency.
-- Parameters, in order:
--   1 VARCHAR first day, YYYY-MM-DD, inclusive
--   2 VARCHAR end, YYYY-MM-DD, exclusive
--   then VARCHAR the values of ${filters}, in their order
-- Names: ${version} pins a snapshot; ${measures} and ${filters} from Measure and Dimension. A day whose
--   newest revision did not touch what is filtered for is in it with zeros.
WITH newest AS (
  SELECT
    day,
    MAX(revision) AS revision
  FROM billing.restatements ${version}
  WHERE day >= CAST(? AS DATE)
    AND day < CAST(? AS DATE)
  GROUP BY day
),
changes AS (
  SELECT
    restatements.*,
    COALESCE(${filters}, FALSE) AS is_chosen
  FROM billing.restatements ${version} restatements
  JOIN newest
    ON restatements.day = newest.day
    AND restatements.revision = newest.revision
)
SELECT
  CAST(day AS VARCHAR) AS day,
  revision,
  COALESCE(
    array_join(array_sort(array_distinct(flatten(array_agg(causes) FILTER (WHERE is_chosen)))), ','),
    '') AS causes,
  COALESCE(currency, '') AS currency,
${measures}
  COUNT_IF(is_chosen) AS chosen_grains
FROM changes
GROUP BY day, revision, currency
ORDER BY day, currency
