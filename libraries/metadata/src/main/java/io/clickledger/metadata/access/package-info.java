/**
 * Who may read reports: roles, keys of the serving API and the chained log of what was done with
 * them, in PostgreSQL. In: commands that manage keys, and entries of the serving API. Out: keys as
 * hashes, and whether the log is as it was written. Depends on no other package of the module.
 */
package io.clickledger.metadata.access;
