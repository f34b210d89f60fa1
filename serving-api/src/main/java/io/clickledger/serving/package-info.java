/**
 * Reports over HTTP, and the page: the only room that reads the lake for people.
 *
 * <p>Inputs: Trino, over {@code live.clicks_by_minute}, {@code billing.clicks_by_quarter_hour},
 * {@code billing.clicks_by_day} and the pointer {@code billing.publications}. Outputs: {@code GET
 * /v1/reports/clicks}, {@code GET /v1/freshness} and the page at {@code /}. It writes nothing.
 *
 * <p>A request is parsed ({@code reports.ReportParameters}), pinned ({@code pins.Pins}), planned
 * ({@code reports.ReportPlan}), asked ({@code reports.Reports}) and answered as JSON or CSV.
 */
package io.clickledger.serving;
