-- Purpose: entries of the ledger.
-- Grain: one entry: local billing day, campaign, publisher, account and side.
-- Parameters, in order:
--   1 VARCHAR first local day, YYYY-MM-DD, inclusive
--   2 VARCHAR end, YYYY-MM-DD, exclusive
--   then VARCHAR the values of ${filter}, in their order
--   then BIGINT how many rows are left out
--   last BIGINT how many rows are wanted
-- Names: ${ledger} pins a snapshot of billing.ledger; ${filter} chooses rows.
SELECT
  CAST(billing_day AS VARCHAR) AS billing_day,
  advertiser_id,
  campaign_id,
  publisher_id,
  account,
  debit_micros AS debit,
  credit_micros AS credit,
  currency,
  valid_clicks,
  entry_id,
  run_id
FROM billing.ledger ${ledger} ledger
WHERE billing_day >= CAST(? AS DATE)
  AND billing_day < CAST(? AS DATE)
  AND ${filter}
ORDER BY billing_day, advertiser_id, campaign_id, publisher_id, account, entry_id
OFFSET ?
LIMIT ?
