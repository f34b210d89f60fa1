package io.clickledger.metadata;

import io.clickledger.settings.Secret;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where the metadata is.
 *
 * @param uri JDBC URI of the PostgreSQL database
 * @param password absent where the server asks for none
 * @param timeout how long a caller waits for a server that does not answer, in whole seconds; one
 *     that refuses is a failure at once
 */
public record MetadataSettings(
    String uri, String user, Optional<Secret> password, Duration timeout) {

  private static final Duration MIN_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration MAX_TIMEOUT = Duration.ofHours(1);

  public MetadataSettings {
    if (!uri.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException("uri must be a jdbc:postgresql: URI, was " + uri);
    }
    if (timeout.compareTo(MIN_TIMEOUT) < 0
        || timeout.compareTo(MAX_TIMEOUT) > 0
        || timeout.toNanosPart() != 0) {
      throw new IllegalArgumentException(
          "timeout must be whole seconds from 1s to 1h, was " + timeout);
    }
  }

  /**
   * A source of unpooled connections: programs need few, and Spark's distribution has an older pool
   * whose classes would be found first. A database that is away is the first query's failure, so a
   * program that keeps a copy of the metadata goes on.
   */
  public DataSource dataSource() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(uri);
    source.setUser(user);
    password.map(Secret::reveal).ifPresent(source::setPassword);
    source.setApplicationName("clickledger");
    int seconds = Math.toIntExact(timeout.toSeconds());
    source.setConnectTimeout(seconds);
    source.setLoginTimeout(seconds);
    return source;
  }
}
