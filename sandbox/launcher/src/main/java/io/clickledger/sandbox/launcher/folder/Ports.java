package io.clickledger.sandbox.launcher.folder;

import io.clickledger.programs.WrongUsageException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The ports on loopback that the parts listen on. */
public record Ports(
    int ingestion,
    int servingApi,
    int kafka,
    int kafkaController,
    int postgres,
    int trino,
    int s3,
    int streamingMetrics) {

  private static final int COUNT = 8;

  /** The ones that documentation names. */
  static Ports defaults() {
    return new Ports(8080, 8081, 19092, 19093, 15432, 18080, 19000, 18082);
  }

  /** Neighbours from a first port on, so that several platforms fit on one machine. */
  public static Ports from(int base) {
    if (base < 1024 || base > 65535 - COUNT) {
      throw new WrongUsageException(
          "--port-base must be 1024..%d, was %d".formatted(65535 - COUNT, base));
    }
    return new Ports(base, base + 1, base + 2, base + 3, base + 4, base + 5, base + 6, base + 7);
  }

  /** Each port that a platform with this warehouse takes, with the part's name. */
  public Map<Integer, String> taken(Warehouse warehouse) {
    Map<Integer, String> parts = new LinkedHashMap<>();
    parts.put(ingestion, "ingestion");
    parts.put(servingApi, "serving-api");
    parts.put(kafka, "kafka");
    parts.put(kafkaController, "kafka's controller");
    parts.put(postgres, "postgres");
    parts.put(trino, "trino");
    parts.put(streamingMetrics, "streaming");
    if (warehouse == Warehouse.S3) {
      parts.put(s3, "s3");
    }
    return parts;
  }
}
