package io.clickledger.sandbox.driver;

import io.clickledger.schemas.TableName;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;

/** A lake through Iceberg's Java API, without Spark. */
public final class IcebergLake implements AutoCloseable {
  private final Catalog catalog;

  /**
   * @param properties how Iceberg reaches catalog and files
   */
  public IcebergLake(Map<String, String> properties) {
    catalog = CatalogUtil.buildIcebergCatalog("lake", properties, new Configuration());
  }

  /** How it is reached where its catalog is in PostgreSQL and its files are in a folder. */
  public static Map<String, String> properties(
      String catalogUri, String user, String password, Path warehouse) {
    return Map.of(
        "type",
        "jdbc",
        "uri",
        catalogUri,
        "jdbc.user",
        user,
        "jdbc.password",
        password,
        "jdbc.schema-version",
        "V1",
        "warehouse",
        warehouse.toUri().toString());
  }

  public Table table(TableName name) {
    String[] parts = name.toString().split("\\.");
    return catalog.loadTable(TableIdentifier.of(parts[0], parts[1]));
  }

  @Override
  public void close() throws IOException {
    if (catalog instanceof Closeable closeable) {
      closeable.close();
    }
  }
}
