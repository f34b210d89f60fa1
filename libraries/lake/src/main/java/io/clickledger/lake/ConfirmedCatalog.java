package io.clickledger.lake;

import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;

/**
 * Iceberg's JDBC catalog, which additionally looks up every commit whose answer was lost: of
 * Spark's writers, of changes of branches and tags, of expiry and of migrations.
 */
public final class ConfirmedCatalog extends JdbcCatalog {
  @Override
  protected TableOperations newTableOps(TableIdentifier table) {
    return new ConfirmedCommits(table, super.newTableOps(table));
  }
}
