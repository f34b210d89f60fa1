-- The Iceberg JDBC catalog, schema version V1, as org.apache.iceberg.jdbc.JdbcUtil of Iceberg
-- creates it. Trino never creates it (its documentation, "JDBC catalog"), and here it may start
-- before Spark. A catalog that Spark made earlier stays as it is.
CREATE SCHEMA IF NOT EXISTS iceberg;

CREATE TABLE IF NOT EXISTS iceberg.iceberg_tables (
  catalog_name varchar(255) NOT NULL,
  table_namespace varchar(255) NOT NULL,
  table_name varchar(255) NOT NULL,
  metadata_location varchar(1000),
  previous_metadata_location varchar(1000),
  iceberg_type varchar(5),
  PRIMARY KEY (catalog_name, table_namespace, table_name)
);
ALTER TABLE iceberg.iceberg_tables ADD COLUMN IF NOT EXISTS iceberg_type varchar(5);

CREATE TABLE IF NOT EXISTS iceberg.iceberg_namespace_properties (
  catalog_name varchar(255) NOT NULL,
  namespace varchar(255) NOT NULL,
  property_key varchar(255),
  property_value varchar(1000),
  PRIMARY KEY (catalog_name, namespace, property_key)
);
