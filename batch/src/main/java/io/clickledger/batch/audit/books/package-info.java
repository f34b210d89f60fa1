/**
 * The proof of the ledger: what valid clicks, prices and metadata give, computed by other code than
 * that of the billing run. In: the tables that a publication pins, and documents where they are
 * kept. Out: findings.
 */
package io.clickledger.batch.audit.books;
