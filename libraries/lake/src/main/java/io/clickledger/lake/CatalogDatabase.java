package io.clickledger.lake;

import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The PostgreSQL database of the lake's catalog, which also gives the programs their locks. */
public final class CatalogDatabase {
  private CatalogDatabase() {}

  /** Connections to it, each of its own. */
  public static DataSource of(LakeSettings lake) {
    PGSimpleDataSource database = new PGSimpleDataSource();
    database.setUrl(lake.catalogUri());
    database.setUser(lake.catalogUser());
    database.setPassword(lake.catalogPassword().reveal());
    database.setApplicationName("clickledger");
    // A held lock must not outlive its process, nor a process its lock.
    database.setTcpKeepAlive(true);
    return database;
  }
}
