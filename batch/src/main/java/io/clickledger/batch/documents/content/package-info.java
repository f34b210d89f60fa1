/**
 * The rules of a document: which lines it has, where money is rounded, what its total is and with
 * what it must tie out. In: sums of the ledger and of its adjustments. Out: an invoice or a
 * statement as values. Plain Java, no Spark.
 */
package io.clickledger.batch.documents.content;
