CREATE TABLE IF NOT EXISTS ref.campaigns (
  campaign_id STRING NOT NULL COMMENT 'Identity of the campaign',
  advertiser_id STRING NOT NULL COMMENT 'Whose campaign it is',
  name STRING NOT NULL COMMENT 'Display name',
  starts_on DATE NOT NULL COMMENT 'First day, in the advertiser\'s zone',
  ends_on DATE COMMENT 'Last day, inclusive; null for open end',
  daily_budget_micros BIGINT COMMENT 'Budget for a day, millionths of the advertiser\'s currency; null for none',
  total_budget_micros BIGINT COMMENT 'Budget for the whole campaign, millionths of the advertiser\'s currency; null for none',
  valid_from TIMESTAMP NOT NULL COMMENT 'From when this version holds, UTC, inclusive',
  valid_to TIMESTAMP COMMENT 'Until when it holds, UTC, exclusive, as known when the row was inserted; null for open. The next version\'s valid_from ends it in any case',
  version_id BIGINT NOT NULL COMMENT 'Identity of the version in the metadata store'
)
USING iceberg
COMMENT 'One row is one version of a campaign. New versions are inserted, existing ones never changed. Written by each billing run before it judges.'
TBLPROPERTIES ('format-version' = '2')
