package io.clickledger.serving;

import io.clickledger.serving.names.NamesSettings;
import io.clickledger.serving.reports.query.ReportSettings;
import io.clickledger.serving.trino.TrinoSettings;
import io.clickledger.serving.window.WindowSettings;

/** All settings of the serving API; defaults.properties explains each. */
public record ServingSettings(
    HttpSettings http,
    TrinoSettings trino,
    ReportSettings reports,
    WindowSettings window,
    NamesSettings metadata) {

  /** The commented defaults on the class path. */
  public static final String DEFAULTS = "/io/clickledger/serving/defaults.properties";
}
