-- Documents of fraud rules (docs/fraud-rules.md). The one published last is in force; while there is
-- none, the one that the code ships. Landed clicks name the versions they were flagged under, so a
-- document stays as it is and where it is for ever.
CREATE TABLE metadata.fraud_rules (
  version text PRIMARY KEY
    CONSTRAINT version_form CHECK (version ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
  document text NOT NULL,
  published_at timestamptz NOT NULL UNIQUE CHECK (isfinite(published_at))
);
COMMENT ON TABLE metadata.fraud_rules IS 'One row is a published document of fraud rules';

-- The order of publishing is nobody's choice: later than all there are, whatever the clock did.
CREATE FUNCTION metadata.stamp_fraud_rules() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  NEW.published_at := greatest(
    clock_timestamp(),
    (SELECT max(published_at) + interval '1 microsecond' FROM metadata.fraud_rules));
  RETURN NEW;
END
$$;
CREATE TRIGGER stamp BEFORE INSERT ON metadata.fraud_rules
  FOR EACH ROW EXECUTE FUNCTION metadata.stamp_fraud_rules();

CREATE TRIGGER refuse_rewrite BEFORE UPDATE ON metadata.fraud_rules
  FOR EACH STATEMENT EXECUTE FUNCTION metadata.refuse('clicks name its versions for ever');
CREATE TRIGGER refuse_delete BEFORE DELETE OR TRUNCATE ON metadata.fraud_rules
  FOR EACH STATEMENT EXECUTE FUNCTION metadata.refuse('clicks name its versions for ever');
