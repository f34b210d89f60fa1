CREATE TABLE IF NOT EXISTS live.clicks_by_minute (
  minute TIMESTAMP NOT NULL COMMENT 'Start of the minute of clicked_at, UTC',
  advertiser_id STRING COMMENT 'Advertiser of the ad; null while the ad is unknown',
  campaign_id STRING COMMENT 'Campaign of the ad',
  ad_id STRING NOT NULL COMMENT 'The ad clicked',
  publisher_id STRING NOT NULL COMMENT 'Whose page showed the ad',
  geo_country STRING COMMENT 'ISO 3166-1 alpha-2 country; null where unknown',
  device_type STRING COMMENT 'Device class out of the user agent',
  currency STRING COMMENT 'ISO 4217 code of cost_micros: the advertiser\'s currency; null while the ad is unknown',
  gross_clicks BIGINT NOT NULL COMMENT 'All clicks: the sum of the four classes that follow',
  duplicate_clicks BIGINT NOT NULL COMMENT 'Repeats of a click_id that was counted before',
  general_invalid_clicks BIGINT NOT NULL COMMENT 'General invalid traffic (MRC): lists, known bots, data centres',
  sophisticated_invalid_clicks BIGINT NOT NULL COMMENT 'Sophisticated invalid traffic (MRC): behaviour',
  valid_clicks BIGINT NOT NULL COMMENT 'Clicks that count',
  cost_micros BIGINT NOT NULL COMMENT 'Cost of the valid clicks, millionths of currency; 0 while the ad is unknown',
  unique_users_hll BINARY COMMENT 'DataSketches HLL (lgK 12, compact) of user_hash over the valid clicks; estimate with getCompositeEstimate; null where no valid click has a user_hash',
  landed_at TIMESTAMP NOT NULL COMMENT 'Landing batch of raw.clicks that the clicks of this partial belong to: a partial never spans two batches, until upkeep sums those of one day',
  on_time BOOLEAN NOT NULL COMMENT 'minute is within an hour of landed_at. Other partials are in files of their own, so that a file of on-time ones holds a narrow range of minutes'
)
USING iceberg
PARTITIONED BY (days(landed_at), on_time)
COMMENT 'One row is a mergeable partial of its grain (minute and dimensions) for one landing batch: sum the rows. Early numbers, kept 35 days. Written by CountClicks.'
TBLPROPERTIES (
  'format-version' = '2',
  'write.distribution-mode' = 'none',
  'write.spark.fanout.enabled' = 'true',
  'write.parquet.compression-codec' = 'zstd',
  'write.parquet.compression-level' = '1',
  'write.parquet.dict-encoding-enabled.column.unique_users_hll' = 'false',
  'write.parquet.stats-enabled.column.unique_users_hll' = 'false',
  'write.metadata.delete-after-commit.enabled' = 'true',
  'write.metadata.previous-versions-max' = '20'
);
ALTER TABLE live.clicks_by_minute WRITE LOCALLY ORDERED BY minute
