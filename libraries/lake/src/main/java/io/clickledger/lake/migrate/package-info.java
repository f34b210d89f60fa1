/**
 * The numbered migrations that bring the lake to the tables of this program. In: the DDL of
 * iceberg-schemas. Out: tables, each with one empty commit. Depends on no other package of the
 * module.
 */
package io.clickledger.lake.migrate;
