package io.clickledger.lake.publish;

import io.clickledger.schemas.TableName;
import java.util.Map;

/**
 * What the snapshots of a publication held when it was published, by which they can be checked at
 * any time.
 *
 * @param rows rows of every final table; empty where a publication was made before they were noted
 * @param costMicros cost of all valid clicks by currency; of rows without one under the empty text
 */
public record PublishedTotals(Map<TableName, Long> rows, Map<String, Long> costMicros) {
  /** Of publications that were made before totals were noted. */
  public static final PublishedTotals UNKNOWN = new PublishedTotals(Map.of(), Map.of());

  public PublishedTotals {
    rows = Map.copyOf(rows);
    costMicros = Map.copyOf(costMicros);
  }
}
