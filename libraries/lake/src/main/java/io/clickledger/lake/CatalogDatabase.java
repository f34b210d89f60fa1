package io.clickledger.lake;

import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The PostgreSQL database of the lake's catalog, which also gives the programs their locks. */
public final class CatalogDatabase {
  private CatalogDatabase() {}

  /** A source of unpooled connections to it. */
  public static DataSource of(LakeSettings lake) {
    PGSimpleDataSource database = new PGSimpleDataSource();
    database.setUrl(lake.catalogUri());
    database.setUser(lake.catalogUser());
    database.setPassword(lake.catalogPassword().reveal());
    database.setApplicationName("clickledger");
    // TCP keepalives, so that neither a lock outlives its process nor a process its lock.
    database.setTcpKeepAlive(true);
    return database;
  }
}
