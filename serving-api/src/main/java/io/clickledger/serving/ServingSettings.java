package io.clickledger.serving;

import io.clickledger.serving.access.AccessSettings;
import io.clickledger.serving.names.NamesSettings;
import io.clickledger.serving.reports.query.ReportSettings;
import io.clickledger.serving.trino.TrinoSettings;
import io.clickledger.serving.window.WindowSettings;

/** All settings of the serving API; defaults.properties explains each. */
public record ServingSettings(
    HttpSettings http,
    AccessSettings access,
    TrinoSettings trino,
    ReportSettings reports,
    WindowSettings window,
    NamesSettings metadata) {

  public ServingSettings {
    if (metadata.uri().isEmpty() && access.tokens().jwks().isEmpty()) {
      throw new IllegalArgumentException(
          "metadata.uri or access.tokens.jwks must be given: without keys and tokens nobody may ask");
    }
  }

  /** The commented defaults on the class path. */
  public static final String DEFAULTS = "/io/clickledger/serving/defaults.properties";
}
