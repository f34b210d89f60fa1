/**
 * The books of a month as a publication has them, and which publication a document is read from.
 * In: billing.publications and the tables that it pins. Out: rows to collect.
 */
package io.clickledger.batch.documents.books;
