CREATE TABLE IF NOT EXISTS billing.clicks_by_quarter_hour (
  quarter_hour TIMESTAMP NOT NULL COMMENT 'Start of the quarter of an hour of clicked_at, UTC',
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
  revision INT NOT NULL COMMENT '0 for a day as first published; one more each time a billing run restated the day. Late clicks are added as further rows of their grain, with the next revision',
  run_id STRING NOT NULL COMMENT 'The run in billing.runs that computed the row'
)
USING iceberg
PARTITIONED BY (days(quarter_hour))
COMMENT 'One row is a part of the authoritative count of its grain over a quarter of an hour: sum the rows, one as the day was judged in full and one for each revision that added late clicks to it. It serves every IANA time zone, and an hour is a sum. Readers follow billing.publications. A re-run gives equal values, except run_id; sketches give equal estimates. Written by RollUpClicks.'
TBLPROPERTIES (
  'format-version' = '2',
  'write.parquet.compression-codec' = 'zstd'
);
ALTER TABLE billing.clicks_by_quarter_hour WRITE ORDERED BY quarter_hour, advertiser_id, campaign_id
