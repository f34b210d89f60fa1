CREATE TABLE IF NOT EXISTS ref.publishers (
  publisher_id STRING NOT NULL COMMENT 'Identity of the publisher',
  name STRING NOT NULL COMMENT 'Display name',
  domain STRING NOT NULL COMMENT 'Domain whose pages show the ads',
  revenue_share_percent DECIMAL(5, 2) NOT NULL COMMENT 'Share of the revenue that is the publisher\'s, percent',
  valid_from TIMESTAMP NOT NULL COMMENT 'From when this version holds, UTC, inclusive',
  valid_to TIMESTAMP COMMENT 'Until when it holds, UTC, exclusive, as known when the row was inserted; null for open. The next version\'s valid_from ends it in any case',
  version_id BIGINT NOT NULL COMMENT 'Identity of the version in the metadata store'
)
USING iceberg
COMMENT 'One row is one version of a publisher. New versions are inserted, existing ones never changed. Written by each billing run before it judges.'
TBLPROPERTIES ('format-version' = '2')
