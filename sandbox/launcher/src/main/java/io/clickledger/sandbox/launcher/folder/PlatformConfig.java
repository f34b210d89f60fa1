package io.clickledger.sandbox.launcher.folder;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * The configuration of a platform, chosen at the first {@code up} of its data folder and used by
 * later commands.
 *
 * @param sparkHome the Spark distribution that runs jobs; empty for the runtime that the build made
 */
public record PlatformConfig(Ports ports, Warehouse warehouse, Optional<Path> sparkHome) {

  public static PlatformConfig defaults() {
    return new PlatformConfig(Ports.defaults(), Warehouse.LOCAL, Optional.empty());
  }

  Properties toProperties() {
    Properties properties = new Properties();
    properties.setProperty("warehouse", warehouse.name());
    sparkHome.ifPresent(home -> properties.setProperty("spark-home", home.toString()));
    properties.setProperty("port.ingestion", Integer.toString(ports.ingestion()));
    properties.setProperty("port.serving-api", Integer.toString(ports.servingApi()));
    properties.setProperty("port.kafka", Integer.toString(ports.kafka()));
    properties.setProperty("port.kafka-controller", Integer.toString(ports.kafkaController()));
    properties.setProperty("port.postgres", Integer.toString(ports.postgres()));
    properties.setProperty("port.trino", Integer.toString(ports.trino()));
    properties.setProperty("port.s3", Integer.toString(ports.s3()));
    properties.setProperty("port.streaming", Integer.toString(ports.streamingMetrics()));
    return properties;
  }

  static PlatformConfig of(Properties properties) {
    return new PlatformConfig(
        new Ports(
            port(properties, "ingestion"),
            port(properties, "serving-api"),
            port(properties, "kafka"),
            port(properties, "kafka-controller"),
            port(properties, "postgres"),
            port(properties, "trino"),
            port(properties, "s3"),
            port(properties, "streaming")),
        Warehouse.valueOf(properties.getProperty("warehouse")),
        Optional.ofNullable(properties.getProperty("spark-home")).map(Path::of));
  }

  private static int port(Properties properties, String part) {
    // An older data folder may lack the port of a newer part.
    return Integer.parseInt(properties.getProperty("port." + part, "0"));
  }
}
