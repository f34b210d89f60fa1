/**
 * What clicks are about and cost: advertisers, campaigns, ads and publishers in PostgreSQL, each
 * with its history. In: CSV files, and whoever writes the tables. Out: versions with their
 * validity, for pricing clicks (streaming, batch), for names in reports (serving-api) and for the
 * ref tables of the lake. The Iceberg catalog's tables are created here too, because they live
 * beside.
 */
package io.clickledger.metadata;
