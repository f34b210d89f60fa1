-- Purpose: the clicks report.
-- Grain: period and ${dimensions}. period is the place, from 1, among the starts of the periods: the
--   calendar is java.time's alone, so Trino needs no time zone.
-- Parameters, in order:
--   1-4 those of seam.sql
--   5 VARCHAR starts of the periods, ascending epoch seconds, separated by commas
--   then VARCHAR the values of ${filters}, in their order
--   last BIGINT most rows wanted, and one more to see whether there are more
-- Names: ${dimensions}, ${measures}, ${filters} and ${order} from Dimension and Measure.
WITH clicks AS (
${seam}
),
chosen AS (
  SELECT
    width_bucket(to_unixtime(clicked_from), CAST(split(?, ',') AS ARRAY(DOUBLE))) AS period,
    *
  FROM clicks
  WHERE ${filters}
)
SELECT
  period,
${dimensions}
${measures}
  MAX(revision) AS revision
FROM chosen
GROUP BY ${groups}
ORDER BY ${order}
LIMIT ?
