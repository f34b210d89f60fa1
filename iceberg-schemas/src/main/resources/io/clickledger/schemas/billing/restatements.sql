CREATE TABLE IF NOT EXISTS billing.restatements (
  day DATE NOT NULL COMMENT 'Day of clicked_at, UTC: a day that was final and changed',
  revision INT NOT NULL COMMENT 'The revision of the day that the change led to, 1 or more',
  run_id STRING NOT NULL COMMENT 'The run in billing.runs that found the change',
  causes ARRAY<STRING> NOT NULL COMMENT 'Why the grain changed: LATE_CLICKS (clicks of its ad and publisher landed since), METADATA (its ad or publisher has another history), RULES, SETTINGS, CODE (another version than one by which clicks of the day were judged before), MODEL (the model of behaviour judged the whole day again, with its late clicks: valid clicks became sophisticated invalid ones, or the other way round)',
  advertiser_id STRING COMMENT 'Advertiser of the ad; null while the ad is unknown',
  campaign_id STRING COMMENT 'Campaign of the ad',
  ad_id STRING NOT NULL COMMENT 'The ad clicked',
  publisher_id STRING NOT NULL COMMENT 'Whose page showed the ad',
  geo_country STRING COMMENT 'ISO 3166-1 alpha-2 country; null where unknown',
  device_type STRING COMMENT 'Device class out of the user agent',
  currency STRING COMMENT 'ISO 4217 code of cost_micros: the advertiser\'s currency; null while the ad is unknown',
  gross_clicks BIGINT NOT NULL COMMENT 'Change of gross_clicks: after minus before',
  duplicate_clicks BIGINT NOT NULL COMMENT 'Change of duplicate_clicks',
  general_invalid_clicks BIGINT NOT NULL COMMENT 'Change of general_invalid_clicks',
  sophisticated_invalid_clicks BIGINT NOT NULL COMMENT 'Change of sophisticated_invalid_clicks',
  valid_clicks BIGINT NOT NULL COMMENT 'Change of valid_clicks',
  cost_micros BIGINT NOT NULL COMMENT 'Change of cost_micros, millionths of currency'
)
USING iceberg
PARTITIONED BY (months(day))
COMMENT 'One row is what a restatement changed in one grain of a day: the difference between two revisions of billing.clicks_by_day. A day as first published plus its rows here is what is published. If only the quarter hours of a grain changed and not its day, the grain has a row of zeros. Written by RollUpClicks.'
TBLPROPERTIES ('format-version' = '2');
ALTER TABLE billing.restatements WRITE ORDERED BY day, advertiser_id, campaign_id
