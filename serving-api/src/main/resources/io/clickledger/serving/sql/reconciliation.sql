-- Purpose: by how much live and final differed as days became final, and why.
-- Grain: UTC day, campaign, measure, cause and currency. Only runs that published.
-- Parameters, in order:
--   1 VARCHAR first UTC day, YYYY-MM-DD, inclusive
--   2 VARCHAR end, YYYY-MM-DD, exclusive
--   3 BIGINT the newest publication_id that is wanted
--   then VARCHAR the values of ${filter}, in their order
--   then BIGINT how many rows are left out
--   last BIGINT how many rows are wanted
-- Names: ${filter} chooses rows.
WITH differences AS (
  SELECT
    reconciliation.day,
    reconciliation.campaign_id,
    reconciliation.measure,
    reconciliation.cause,
    reconciliation.currency,
    reconciliation.run_id,
    publications.publication_id,
    SUM(reconciliation.difference) AS difference,
    COUNT(DISTINCT reconciliation.hour) AS hours
  FROM audit.reconciliation reconciliation
  JOIN billing.publications publications
    ON publications.run_id = reconciliation.run_id
  WHERE reconciliation.day >= CAST(? AS DATE)
    AND reconciliation.day < CAST(? AS DATE)
    AND publications.publication_id <= ?
  GROUP BY 1, 2, 3, 4, 5, 6, 7
)
SELECT
  CAST(day AS VARCHAR) AS day,
  campaign_id,
  measure,
  cause,
  IF(measure = 'cost_micros', NULL, difference) AS difference,
  IF(measure = 'cost_micros', difference, NULL) AS cost_difference,
  currency,
  hours,
  run_id,
  publication_id
FROM differences
WHERE ${filter}
ORDER BY day, publication_id, campaign_id NULLS LAST, measure, cause, currency NULLS LAST
OFFSET ?
LIMIT ?
