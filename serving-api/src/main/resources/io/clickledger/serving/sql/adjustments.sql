-- Purpose: corrections of the ledger.
-- Grain: one side of a correction.
-- Parameters, in order:
--   1 VARCHAR first local day on which it is booked, YYYY-MM-DD, inclusive
--   2 VARCHAR end, YYYY-MM-DD, exclusive
--   then VARCHAR the values of ${filter}, in their order
--   then BIGINT how many rows are left out
--   last BIGINT how many rows are wanted
-- Names: ${adjustments} pins a snapshot of billing.adjustments; ${filter} chooses rows.
SELECT
  CAST(booked_on AS VARCHAR) AS booked_on,
  CAST(billing_day AS VARCHAR) AS billing_day,
  advertiser_id,
  campaign_id,
  publisher_id,
  account,
  array_join(causes, ',') AS causes,
  debit_micros AS debit,
  credit_micros AS credit,
  currency,
  clicks,
  state,
  adjustment_id,
  run_id
FROM billing.adjustments ${adjustments} adjustments
WHERE booked_on >= CAST(? AS DATE)
  AND booked_on < CAST(? AS DATE)
  AND ${filter}
ORDER BY booked_on, billing_day, advertiser_id, campaign_id, publisher_id, account, adjustment_id
OFFSET ?
LIMIT ?
