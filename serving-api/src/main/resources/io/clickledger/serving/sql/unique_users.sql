-- Purpose: the sketches behind unique_users of the clicks report; they are merged in Java.
-- Grain: one sketch of a row of the seam.
-- Parameters, in order:
--   1-4 those of seam.sql
--   5 VARCHAR starts of the periods, ascending epoch seconds, separated by commas
--   then VARCHAR the values of ${filters}, in their order
--   last BIGINT most sketches allowed, and one more to see whether there are more
-- Names: ${dimensions} and ${filters} from Dimension.
WITH clicks AS (
${seam}
)
SELECT
  width_bucket(to_unixtime(clicked_from), CAST(split(?, ',') AS ARRAY(DOUBLE))) AS period,
${dimensions}
  unique_users_hll
FROM clicks
WHERE unique_users_hll IS NOT NULL
  AND ${filters}
LIMIT ?
