package io.clickledger.serving.reports;

import io.clickledger.serving.pins.Freshness;
import io.clickledger.serving.pins.Pin;

/** A report and what it is worth: its pin and how fresh that is. */
public record ReportAnswer(ReportQuery query, Pin pin, Freshness freshness, ReportRows rows) {}
