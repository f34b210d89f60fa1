-- Advertisers, campaigns, ads and publishers as they are now, each with the history of its versions.
-- The tables are written; the histories follow by trigger, whoever writes and by whatever means.

-- For exclusion constraints over an id and a range.
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- The codes that io.clickledger.rules.Currencies knows; a test holds the two together.
CREATE TABLE metadata.currencies (
  code text PRIMARY KEY CHECK (code ~ '^[A-Z]{3}$')
);
COMMENT ON TABLE metadata.currencies IS 'One row is an ISO 4217 currency that people are paid in';

INSERT INTO metadata.currencies (code)
SELECT unnest(regexp_split_to_array(
  'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP '
  'BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP '
  'GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS '
  'KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR '
  'MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF '
  'SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD '
  'TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG ZWL',
  '\s+'));

-- An id: what the click contract allows for ad_id, campaign_id and publisher_id.
CREATE DOMAIN metadata.entity_id AS text
  CONSTRAINT entity_id_form CHECK (VALUE ~ '^[A-Za-z0-9._:-]{1,64}$');

CREATE DOMAIN metadata.display_name AS text
  CONSTRAINT display_name_form
  CHECK (char_length(VALUE) BETWEEN 1 AND 200 AND VALUE !~ '[[:cntrl:]]' AND VALUE = btrim(VALUE));

CREATE TABLE metadata.advertisers (
  advertiser_id metadata.entity_id PRIMARY KEY,
  name metadata.display_name NOT NULL,
  -- That the zone exists is checked by a trigger. Abbreviations (EST) and offsets are no zones with
  -- local days; posix/... and right/... are copies of the zones.
  time_zone text NOT NULL
    CONSTRAINT time_zone_form CHECK (time_zone ~ '^(UTC|[A-Z][A-Za-z_-]*(/[A-Za-z0-9_+-]+)+)$'),
  currency text NOT NULL REFERENCES metadata.currencies (code)
);
COMMENT ON TABLE metadata.advertisers IS 'One row is an advertiser as it is now';

CREATE TABLE metadata.campaigns (
  campaign_id metadata.entity_id PRIMARY KEY,
  advertiser_id metadata.entity_id NOT NULL REFERENCES metadata.advertisers,
  name metadata.display_name NOT NULL,
  starts_on date NOT NULL,
  ends_on date,
  daily_budget_micros bigint
    CONSTRAINT daily_budget_range CHECK (daily_budget_micros BETWEEN 0 AND 1000000000000000000),
  total_budget_micros bigint
    CONSTRAINT total_budget_range CHECK (total_budget_micros BETWEEN 0 AND 1000000000000000000),
  CONSTRAINT campaign_days CHECK (
    starts_on BETWEEN '1970-01-01' AND '9999-12-31'
    AND ends_on BETWEEN starts_on AND '9999-12-31')
);
CREATE INDEX ON metadata.campaigns (advertiser_id);
COMMENT ON TABLE metadata.campaigns IS 'One row is a campaign as it is now';

CREATE TABLE metadata.ads (
  ad_id metadata.entity_id PRIMARY KEY,
  campaign_id metadata.entity_id NOT NULL REFERENCES metadata.campaigns,
  name metadata.display_name NOT NULL,
  cpc_micros bigint NOT NULL
    CONSTRAINT cpc_range CHECK (cpc_micros BETWEEN 0 AND 1000000000000)
);
CREATE INDEX ON metadata.ads (campaign_id);
COMMENT ON TABLE metadata.ads IS 'One row is an ad as it is now';

CREATE TABLE metadata.publishers (
  publisher_id metadata.entity_id PRIMARY KEY,
  name metadata.display_name NOT NULL,
  domain text NOT NULL
    CONSTRAINT domain_form CHECK (
      char_length(domain) <= 253
      AND domain ~ '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$'),
  revenue_share_percent numeric(5, 2) NOT NULL
    CONSTRAINT revenue_share_range CHECK (revenue_share_percent BETWEEN 0 AND 100)
);
COMMENT ON TABLE metadata.publishers IS 'One row is a publisher as it is now';

-- Histories. A version holds in [valid_from, valid_to). One that a correction replaced at its own
-- valid_from holds never (valid_from = valid_to, an empty range), but stays, because the lake may
-- have copied it. Only valid_to is ever written again, once.
CREATE TABLE metadata.advertisers_versions (
  LIKE metadata.advertisers,
  valid_from timestamptz NOT NULL CHECK (isfinite(valid_from)),
  valid_to timestamptz CHECK (isfinite(valid_to) AND valid_to >= valid_from),
  version_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  FOREIGN KEY (advertiser_id) REFERENCES metadata.advertisers,
  CONSTRAINT advertisers_validity
    EXCLUDE USING gist (advertiser_id WITH =, tstzrange(valid_from, valid_to) WITH &&)
);
CREATE TABLE metadata.campaigns_versions (
  LIKE metadata.campaigns,
  valid_from timestamptz NOT NULL CHECK (isfinite(valid_from)),
  valid_to timestamptz CHECK (isfinite(valid_to) AND valid_to >= valid_from),
  version_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  FOREIGN KEY (campaign_id) REFERENCES metadata.campaigns,
  FOREIGN KEY (advertiser_id) REFERENCES metadata.advertisers,
  CONSTRAINT campaigns_validity
    EXCLUDE USING gist (campaign_id WITH =, tstzrange(valid_from, valid_to) WITH &&)
);
CREATE TABLE metadata.ads_versions (
  LIKE metadata.ads,
  valid_from timestamptz NOT NULL CHECK (isfinite(valid_from)),
  valid_to timestamptz CHECK (isfinite(valid_to) AND valid_to >= valid_from),
  version_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  FOREIGN KEY (ad_id) REFERENCES metadata.ads,
  FOREIGN KEY (campaign_id) REFERENCES metadata.campaigns,
  CONSTRAINT ads_validity
    EXCLUDE USING gist (ad_id WITH =, tstzrange(valid_from, valid_to) WITH &&)
);
CREATE TABLE metadata.publishers_versions (
  LIKE metadata.publishers,
  valid_from timestamptz NOT NULL CHECK (isfinite(valid_from)),
  valid_to timestamptz CHECK (isfinite(valid_to) AND valid_to >= valid_from),
  version_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  FOREIGN KEY (publisher_id) REFERENCES metadata.publishers,
  CONSTRAINT publishers_validity
    EXCLUDE USING gist (publisher_id WITH =, tstzrange(valid_from, valid_to) WITH &&)
);
COMMENT ON TABLE metadata.advertisers_versions IS 'One row is one version of an advertiser';
COMMENT ON TABLE metadata.campaigns_versions IS 'One row is one version of a campaign';
COMMENT ON TABLE metadata.ads_versions IS 'One row is one version of an ad';
COMMENT ON TABLE metadata.publishers_versions IS 'One row is one version of a publisher';

-- Triggers of each table, argument: its id column. Per statement, since a large import would else
-- plan three queries a row. (An id never changes: the history's foreign key holds it.)
--
-- The setting clickledger.valid_from says from when what is written holds. Without it a first version
-- holds from 1970 on, so that clicks that came before the import have a price, and a change holds
-- from now on. Now is the clock, read while this transaction holds the locks of the rows: the
-- transaction's own start (now()) may lie before a version that another one committed meanwhile.
CREATE FUNCTION metadata.asked_valid_from() RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting('clickledger.valid_from', true), '')::timestamptz
$$;

-- The columns of a table, for a statement.
CREATE FUNCTION metadata.column_list(relation oid) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
    FROM pg_catalog.pg_attribute WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped
$$;

CREATE FUNCTION metadata.keep_history_of_new() RETURNS trigger
LANGUAGE plpgsql SET search_path = metadata, pg_catalog, pg_temp AS $$
BEGIN
  EXECUTE format(
    'INSERT INTO %1$I (%2$s, valid_from) SELECT %2$s, $1 FROM new_rows',
    TG_TABLE_NAME || '_versions', column_list(TG_RELID))
    USING coalesce(asked_valid_from(), 'epoch');
  RETURN NULL;
END
$$;

-- Ends the open versions of the rows that truly changed, and starts the next ones.
CREATE FUNCTION metadata.keep_history_of_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = metadata, pg_catalog, pg_temp AS $$
DECLARE
  id_column CONSTANT text := TG_ARGV[0];
  versions CONSTANT text := TG_TABLE_NAME || '_versions';
  starts_at CONSTANT timestamptz := coalesce(asked_valid_from(), clock_timestamp());
  changed CONSTANT text := format(
    '(SELECT n.* FROM new_rows n JOIN old_rows o USING (%I) WHERE n.* IS DISTINCT FROM o.*) changed',
    id_column);
  later_id text;
  later_from timestamptz;
BEGIN
  EXECUTE format(
    'SELECT %1$I, v.valid_from FROM %2$I v JOIN %3$s USING (%1$I)
       WHERE v.valid_to IS NULL AND v.valid_from > $1 ORDER BY 1 LIMIT 1',
    id_column, versions, changed)
    INTO later_id, later_from USING starts_at;
  IF later_id IS NOT NULL THEN
    RAISE EXCEPTION 'valid_from of % % must not be before its last version''s %, was %',
      id_column, later_id, later_from, starts_at USING ERRCODE = 'integrity_constraint_violation';
  END IF;

  EXECUTE format(
    'UPDATE %2$I v SET valid_to = $1 FROM %3$s WHERE v.%1$I = changed.%1$I AND v.valid_to IS NULL',
    id_column, versions, changed) USING starts_at;
  EXECUTE format(
    'INSERT INTO %1$I (%2$s, valid_from) SELECT %2$s, $1 FROM %3$s',
    versions, column_list(TG_RELID), changed) USING starts_at;
  RETURN NULL;
END
$$;

-- An entity that ends is given an end or a zero budget: clicks of years ago still name it.
CREATE FUNCTION metadata.refuse() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on metadata.% is not allowed: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0]
    USING ERRCODE = 'integrity_constraint_violation';
END
$$;

DO $$
DECLARE
  kept record;
BEGIN
  FOR kept IN
    SELECT * FROM (VALUES
      ('advertisers', 'advertiser_id'),
      ('campaigns', 'campaign_id'),
      ('ads', 'ad_id'),
      ('publishers', 'publisher_id')) AS tables (entities, id_column)
  LOOP
    -- One open version an entity, found at once.
    EXECUTE format(
      'CREATE UNIQUE INDEX ON metadata.%I (%I) WHERE valid_to IS NULL',
      kept.entities || '_versions', kept.id_column);
    EXECUTE format(
      'CREATE TRIGGER keep_history_of_new AFTER INSERT ON metadata.%I
         REFERENCING NEW TABLE AS new_rows
         FOR EACH STATEMENT EXECUTE FUNCTION metadata.keep_history_of_new()',
      kept.entities);
    EXECUTE format(
      'CREATE TRIGGER keep_history_of_changed AFTER UPDATE ON metadata.%I
         REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
         FOR EACH STATEMENT EXECUTE FUNCTION metadata.keep_history_of_changed(%L)',
      kept.entities, kept.id_column);
    EXECUTE format(
      'CREATE TRIGGER refuse_delete BEFORE DELETE OR TRUNCATE ON metadata.%I
         FOR EACH STATEMENT EXECUTE FUNCTION metadata.refuse(''clicks name its rows for ever'')',
      kept.entities);
    EXECUTE format(
      'CREATE TRIGGER refuse_delete BEFORE DELETE OR TRUNCATE ON metadata.%I
         FOR EACH STATEMENT EXECUTE FUNCTION metadata.refuse(''a history only grows'')',
      kept.entities || '_versions');
    EXECUTE format(
      'CREATE TRIGGER refuse_rewrite BEFORE UPDATE ON metadata.%I
         FOR EACH ROW
         WHEN (OLD.valid_to IS NOT NULL OR NEW.valid_to IS NULL
               OR to_jsonb(OLD) - ''valid_to'' <> to_jsonb(NEW) - ''valid_to'')
         EXECUTE FUNCTION metadata.refuse(''of a version only the end is written'')',
      kept.entities || '_versions');
  END LOOP;
END
$$;

-- A zone that PostgreSQL knows. Per statement, since pg_timezone_names reads the zone files.
CREATE FUNCTION metadata.check_time_zones() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  unknown text;
BEGIN
  SELECT string_agg(DISTINCT quote_literal(time_zone), ', ') INTO unknown
    FROM new_rows
    WHERE time_zone NOT IN (SELECT name FROM pg_catalog.pg_timezone_names);
  IF unknown IS NOT NULL THEN
    RAISE EXCEPTION 'time_zone must be an IANA zone such as Europe/Paris, was %', unknown
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER check_time_zones_of_new AFTER INSERT ON metadata.advertisers
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION metadata.check_time_zones();
CREATE TRIGGER check_time_zones_of_changed AFTER UPDATE ON metadata.advertisers
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION metadata.check_time_zones();
