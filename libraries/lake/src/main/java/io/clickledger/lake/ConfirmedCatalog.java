package io.clickledger.lake;

import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;

/**
 * Iceberg's JDBC catalog, except that a commit whose answer was lost is looked up, whoever makes
 * it: Spark's writers, changes of branches and tags, expiry, migrations.
 */
public final class ConfirmedCatalog extends JdbcCatalog {
  @Override
  protected TableOperations newTableOps(TableIdentifier table) {
    return new ConfirmedCommits(table, super.newTableOps(table));
  }
}
