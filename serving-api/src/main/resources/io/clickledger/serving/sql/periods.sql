-- Purpose: billing periods, closed ones and open ones that have entries.
-- Grain: month and advertiser.
-- Parameters, in order:
--   1 VARCHAR first local day of entries, YYYY-MM-DD, inclusive
--   2 VARCHAR end, YYYY-MM-DD, exclusive
--   3 VARCHAR the same day as 1, for the first days of closed months
--   4 VARCHAR the same as 2
--   then VARCHAR the values of ${filter}, in their order
--   then BIGINT how many rows are left out
--   last BIGINT how many rows are wanted
-- Names: ${ledger} and ${periods} pin snapshots; ${filter} chooses rows.
WITH booked AS (
  SELECT DISTINCT
    advertiser_id,
    date_trunc('month', billing_day) AS month
  FROM billing.ledger ${ledger}
  WHERE billing_day >= CAST(? AS DATE)
    AND billing_day < CAST(? AS DATE)
),
closed AS (
  SELECT *
  FROM billing.periods ${periods}
  WHERE month >= date_trunc('month', CAST(? AS DATE))
    AND month < CAST(? AS DATE)
),
all_periods AS (
  SELECT
    COALESCE(closed.month, booked.month) AS month,
    COALESCE(closed.advertiser_id, booked.advertiser_id) AS advertiser_id,
    IF(closed.month IS NULL, 'OPEN', 'CLOSED') AS state,
    closed.time_zone,
    closed.closed_at,
    closed.run_id
  FROM booked
  FULL JOIN closed
    ON closed.advertiser_id = booked.advertiser_id
    AND closed.month = booked.month
)
SELECT
  substr(CAST(month AS VARCHAR), 1, 7) AS month,
  advertiser_id,
  state,
  time_zone,
  to_iso8601(closed_at) AS closed_at,
  run_id
FROM all_periods
WHERE ${filter}
ORDER BY month, advertiser_id
OFFSET ?
LIMIT ?
