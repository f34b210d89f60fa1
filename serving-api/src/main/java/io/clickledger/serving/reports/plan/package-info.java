/**
 * From a query to rows: the tables and snapshots to read, the SQL, and the cache of answers. In: a
 * query and a pin. Out: a {@link io.clickledger.serving.reports.plan.ReportAnswer}. Built on the
 * package query.
 */
package io.clickledger.serving.reports.plan;
