CREATE TABLE IF NOT EXISTS ref.advertisers (
  advertiser_id STRING NOT NULL COMMENT 'Identity of the advertiser',
  name STRING NOT NULL COMMENT 'Display name',
  time_zone STRING NOT NULL COMMENT 'IANA zone whose local day is the billing day',
  currency STRING NOT NULL COMMENT 'ISO 4217 code in which the advertiser is charged',
  valid_from TIMESTAMP NOT NULL COMMENT 'From when this version holds, UTC, inclusive',
  valid_to TIMESTAMP COMMENT 'Until when it holds, UTC, exclusive, as known when the row was inserted; null for open. The next version\'s valid_from ends it in any case',
  version_id BIGINT NOT NULL COMMENT 'Identity of the version in the metadata store'
)
USING iceberg
COMMENT 'One row is one version of an advertiser. New versions are inserted, existing ones never changed. Written by each billing run before it judges.'
TBLPROPERTIES ('format-version' = '2')
