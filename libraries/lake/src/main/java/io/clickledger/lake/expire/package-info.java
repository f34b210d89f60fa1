/**
 * Keeps table metadata small: expires snapshots and merges manifests. In: the tables of the lake.
 * Out: the same tables with fewer snapshots, from which nothing that is still needed was removed.
 * Built on all packages that say what is needed.
 */
package io.clickledger.lake.expire;
