-- Who may read reports (docs/decisions/0032): keys of the serving API, and the log of what was done
-- with them.
CREATE SCHEMA access;

-- A key is shown once, when it is made. Here is a SHA-256 hash of its secret: 256 random bits need no
-- slow hash and no salt.
CREATE TABLE access.api_keys (
  key_id text PRIMARY KEY CHECK (key_id ~ '^[a-z2-7]{12}$'),
  secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
  name metadata.display_name NOT NULL,
  role text NOT NULL
    CHECK (role IN ('admin', 'finance', 'analyst', 'advertiser', 'publisher', 'monitor')),
  scope_ids text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz CHECK (isfinite(expires_at)),
  revoked_at timestamptz CHECK (isfinite(revoked_at)),
  CONSTRAINT scope_of_role CHECK (
    CASE WHEN role IN ('advertiser', 'publisher')
      THEN cardinality(scope_ids) BETWEEN 1 AND 100
      ELSE cardinality(scope_ids) = 0
    END),
  CONSTRAINT scope_id_form CHECK (
    array_position(scope_ids, NULL) IS NULL
    AND array_to_string(scope_ids, ' ') ~ '^([A-Za-z0-9._:-]{1,64}( [A-Za-z0-9._:-]{1,64})*)?$')
);
COMMENT ON TABLE access.api_keys IS 'One row is a key of the serving API';

-- A key never becomes another one or lives longer: only its end is written, and only brought forward.
CREATE TRIGGER refuse_rewrite BEFORE UPDATE ON access.api_keys
  FOR EACH ROW
  WHEN (to_jsonb(OLD) - 'expires_at' - 'revoked_at' <> to_jsonb(NEW) - 'expires_at' - 'revoked_at'
        OR OLD.revoked_at IS DISTINCT FROM NEW.revoked_at AND OLD.revoked_at IS NOT NULL
        OR OLD.expires_at IS NOT NULL AND (NEW.expires_at IS NULL OR NEW.expires_at > OLD.expires_at))
  EXECUTE FUNCTION metadata.refuse('of a key only the end is written, and only brought forward');
CREATE TRIGGER refuse_delete BEFORE DELETE OR TRUNCATE ON access.api_keys
  FOR EACH STATEMENT EXECUTE FUNCTION metadata.refuse('the log names its rows for ever');
CREATE TRIGGER notify_of_change AFTER INSERT OR UPDATE ON access.api_keys
  FOR EACH STATEMENT EXECUTE FUNCTION metadata.notify_of_change();

-- What was done. Each entry is chained to the one before by its hash, which the database computes;
-- verify-access-log computes it again, by itself.
CREATE TABLE access.log (
  entry_number bigint PRIMARY KEY,
  logged_at timestamptz NOT NULL,
  actor text NOT NULL CHECK (octet_length(actor) <= 400),
  role text NOT NULL CHECK (octet_length(role) <= 100),
  scope text NOT NULL CHECK (octet_length(scope) <= 8000),
  action text NOT NULL CHECK (octet_length(action) <= 400),
  object text NOT NULL CHECK (octet_length(object) <= 4000),
  outcome text NOT NULL CHECK (outcome IN ('done', 'allowed', 'refused')),
  previous_hash bytea NOT NULL,
  entry_hash bytea NOT NULL
);
COMMENT ON TABLE access.log IS 'One row is an access to billing or a change of a key';

-- Where the chain ends: so that entries that are missing at its end are noticed, and writers wait for
-- each other.
CREATE TABLE access.log_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  entry_number bigint NOT NULL,
  entry_hash bytea NOT NULL
);
INSERT INTO access.log_head (entry_number, entry_hash) VALUES (0, decode(repeat('00', 32), 'hex'));

-- Every column, each after its length in bytes, so that no two entries have the same text.
CREATE FUNCTION access.entry_text(entry access.log) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT string_agg(octet_length(convert_to(part, 'UTF8')) || ':' || part, ',' ORDER BY place)
    FROM unnest(ARRAY[
      entry.entry_number::text,
      (extract(epoch FROM entry.logged_at) * 1000000)::bigint::text,
      entry.actor,
      entry.role,
      entry.scope,
      entry.action,
      entry.object,
      entry.outcome,
      encode(entry.previous_hash, 'hex')]) WITH ORDINALITY AS parts (part, place)
$$;

-- As its owner, so that who may add entries needs no right to move the head.
CREATE FUNCTION access.chain_entry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  head access.log_head;
BEGIN
  SELECT * INTO STRICT head FROM access.log_head FOR UPDATE;
  NEW.entry_number := head.entry_number + 1;
  NEW.logged_at := clock_timestamp();
  NEW.previous_hash := head.entry_hash;
  NEW.entry_hash := sha256(convert_to(access.entry_text(NEW), 'UTF8'));
  UPDATE access.log_head SET entry_number = NEW.entry_number, entry_hash = NEW.entry_hash;
  RETURN NEW;
END
$$;
CREATE TRIGGER chain_entry BEFORE INSERT ON access.log
  FOR EACH ROW EXECUTE FUNCTION access.chain_entry();

CREATE TRIGGER refuse_rewrite BEFORE UPDATE OR DELETE OR TRUNCATE ON access.log
  FOR EACH STATEMENT EXECUTE FUNCTION metadata.refuse('the log only grows');
CREATE TRIGGER refuse_rewrite BEFORE INSERT OR UPDATE OR DELETE ON access.log_head
  FOR EACH ROW WHEN (pg_trigger_depth() = 0)
  EXECUTE FUNCTION metadata.refuse('the log only grows');
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON access.log_head
  FOR EACH STATEMENT EXECUTE FUNCTION metadata.refuse('the log only grows');
