-- When a version became known, whatever time it holds for: a reader of before did not know it. The
-- clock, not the start of the transaction, as for valid_from. Versions of before this migration came
-- at the latest with it.
ALTER TABLE metadata.advertisers_versions
  ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT clock_timestamp();
ALTER TABLE metadata.campaigns_versions
  ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT clock_timestamp();
ALTER TABLE metadata.ads_versions
  ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT clock_timestamp();
ALTER TABLE metadata.publishers_versions
  ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT clock_timestamp();
