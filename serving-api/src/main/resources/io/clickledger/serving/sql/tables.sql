-- Purpose: whether the tables that reports read exist: it fails naming one that does not.
-- Grain: no row.
-- Parameters: none.
SELECT 1
FROM live.clicks_by_minute
CROSS JOIN billing.clicks_by_quarter_hour
CROSS JOIN billing.clicks_by_day
CROSS JOIN billing.restatements
CROSS JOIN billing.publications
WHERE FALSE
