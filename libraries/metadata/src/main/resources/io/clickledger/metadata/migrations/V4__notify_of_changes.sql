-- Whoever keeps a copy of the metadata is told of a change when it is committed, by whatever means it
-- was written: LISTEN clickledger_metadata. A transaction says it once. What changed is not said:
-- MetadataStore.state() tells.
CREATE FUNCTION metadata.notify_of_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('clickledger_metadata', '');
  RETURN NULL;
END
$$;

DO $$
DECLARE
  written text;
BEGIN
  FOREACH written IN ARRAY ARRAY[
    'advertisers_versions', 'campaigns_versions', 'ads_versions', 'publishers_versions',
    'fraud_rules']
  LOOP
    EXECUTE format(
      'CREATE TRIGGER notify_of_change AFTER INSERT OR UPDATE ON metadata.%I
         FOR EACH STATEMENT EXECUTE FUNCTION metadata.notify_of_change()',
      written);
  END LOOP;
END
$$;
