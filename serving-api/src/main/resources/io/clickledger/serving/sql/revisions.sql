-- Purpose: every revision of final days: what it changed, why, and with which publication.
-- Grain: day, revision and currency.
-- Parameters, in order:
--   1 VARCHAR first day, YYYY-MM-DD, inclusive
--   2 VARCHAR end, YYYY-MM-DD, exclusive
--   then VARCHAR the values of ${filter}, in their order
-- Names: ${version} pins a snapshot of billing.restatements; ${filter} chooses advertisers.
WITH changes AS (
  SELECT
    day,
    revision,
    run_id,
    currency,
    array_join(array_sort(array_distinct(flatten(array_agg(causes)))), ',') AS causes,
    SUM(gross_clicks) AS gross_clicks,
    SUM(duplicate_clicks) AS duplicate_clicks,
    SUM(general_invalid_clicks) AS general_invalid_clicks,
    SUM(sophisticated_invalid_clicks) AS sophisticated_invalid_clicks,
    SUM(valid_clicks) AS valid_clicks,
    SUM(cost_micros) AS cost_micros
  FROM billing.restatements ${version}
  WHERE day >= CAST(? AS DATE)
    AND day < CAST(? AS DATE)
    AND ${filter}
  GROUP BY day, revision, run_id, currency
)
SELECT
  CAST(changes.day AS VARCHAR) AS day,
  changes.revision,
  changes.run_id,
  publications.publication_id,
  to_iso8601(publications.published_at) AS published_at,
  changes.causes,
  changes.currency,
  changes.gross_clicks,
  changes.duplicate_clicks,
  changes.general_invalid_clicks,
  changes.sophisticated_invalid_clicks,
  changes.valid_clicks,
  changes.cost_micros
FROM changes
JOIN billing.publications
  ON publications.run_id = changes.run_id
ORDER BY changes.day, changes.revision, changes.currency
