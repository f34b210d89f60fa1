-- Purpose: which days were ever restated.
-- Grain: day.
-- Parameters: none.
-- Names: ${version} pins a snapshot.
SELECT DISTINCT CAST(day AS VARCHAR) AS day
FROM billing.restatements ${version}
