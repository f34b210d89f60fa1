/**
 * Invoices of advertisers, statements of publishers, and the clicks behind a line. In: the ledger,
 * its adjustments, verdicts and metadata as a publication has them. Out: files; no table is
 * written. {@code books} reads, {@code content} has the rules of a document, {@code format} its
 * files.
 */
package io.clickledger.batch.documents;
