/**
 * A report's query and its reading from request parameters. In: parameters. Out: a {@link
 * io.clickledger.serving.reports.query.ReportQuery}, or a problem that names every bad parameter.
 * Depends on no other package of reports.
 */
package io.clickledger.serving.reports.query;
