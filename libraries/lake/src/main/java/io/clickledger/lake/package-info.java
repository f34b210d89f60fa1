/**
 * Commits to the lake. In: rows of the Spark layers. Out: Iceberg commits that say from where to
 * where their source was read, branches that are published as one pointer, and migrations.
 */
package io.clickledger.lake;
