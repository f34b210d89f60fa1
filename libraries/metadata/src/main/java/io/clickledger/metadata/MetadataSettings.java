package io.clickledger.metadata;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.clickledger.settings.Secret;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the metadata is.
 *
 * @param uri JDBC URI of the PostgreSQL database
 * @param password absent where the server asks for none
 * @param timeout how long a caller waits for a connection
 */
public record MetadataSettings(
    String uri, String user, Optional<Secret> password, Duration timeout) {

  public MetadataSettings {
    if (!uri.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException("uri must be a jdbc:postgresql: URI, was " + uri);
    }
    // Hikari takes nothing shorter.
    if (timeout.compareTo(Duration.ofMillis(250)) < 0) {
      throw new IllegalArgumentException("timeout must be 250ms or longer, was " + timeout);
    }
  }

  /** A small pool that holds no connection while nobody asks, to be closed by the caller. */
  public HikariDataSource open() {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(uri);
    config.setUsername(user);
    password.map(Secret::reveal).ifPresent(config::setPassword);
    config.setPoolName("metadata");
    config.addDataSourceProperty("ApplicationName", "clickledger");
    config.setConnectionTimeout(timeout.toMillis());
    config.setMinimumIdle(0);
    config.setMaximumPoolSize(4);
    // A database that is away is the first query's failure, not the pool's: a program that keeps
    // a copy of the metadata goes on with it.
    config.setInitializationFailTimeout(-1);
    return new HikariDataSource(config);
  }
}
