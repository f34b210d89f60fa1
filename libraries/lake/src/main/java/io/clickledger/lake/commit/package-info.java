/**
 * Commits by position: files are appended exactly once, with the position of their source in the
 * commit's summary. In: rows and the range of the source that was read. Out: Iceberg commits, and
 * the position that a table has reached. Depends on no other package of the module.
 */
package io.clickledger.lake.commit;
