CREATE TABLE IF NOT EXISTS ref.ads (
  ad_id STRING NOT NULL COMMENT 'Identity of the ad',
  campaign_id STRING NOT NULL COMMENT 'Whose ad it is',
  name STRING NOT NULL COMMENT 'Display name',
  cpc_micros BIGINT NOT NULL COMMENT 'Price of a valid click, millionths of the advertiser\'s currency',
  valid_from TIMESTAMP NOT NULL COMMENT 'From when this version holds, UTC, inclusive',
  valid_to TIMESTAMP COMMENT 'Until when it holds, UTC, exclusive, as known when the row was inserted; null for open. The next version\'s valid_from ends it in any case',
  version_id BIGINT NOT NULL COMMENT 'Identity of the version in the metadata store'
)
USING iceberg
COMMENT 'One row is one version of an ad. New versions are inserted, existing ones never changed. Written by each billing run before it judges.'
TBLPROPERTIES ('format-version' = '2')
