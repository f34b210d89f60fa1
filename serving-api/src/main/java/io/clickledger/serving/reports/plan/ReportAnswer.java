package io.clickledger.serving.reports.plan;

import io.clickledger.serving.pins.Freshness;
import io.clickledger.serving.pins.Pin;
import io.clickledger.serving.reports.query.ReportQuery;

/** A report and what it is worth: its pin and how fresh that is. */
public record ReportAnswer(ReportQuery query, Pin pin, Freshness freshness, ReportRows rows) {}
