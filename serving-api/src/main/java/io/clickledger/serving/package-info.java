/**
 * Reports over HTTP, and the page: the only module that reads the lake for users.
 *
 * <p>Inputs: Trino, over {@code live.clicks_by_minute}, {@code billing.clicks_by_quarter_hour},
 * {@code billing.clicks_by_day} and the pointer {@code billing.publications}. Outputs: {@code GET
 * /v1/reports/clicks}, {@code GET /v1/restatements}, {@code GET /v1/freshness} and the page at
 * {@code /}. It writes nothing.
 *
 * <p>A request is parsed ({@code reports.query.ReportParameters}), pinned ({@code pins.Pins}),
 * planned ({@code reports.plan.ReportPlan}), asked ({@code reports.plan.Reports}) and answered as
 * JSON or CSV.
 */
package io.clickledger.serving;
