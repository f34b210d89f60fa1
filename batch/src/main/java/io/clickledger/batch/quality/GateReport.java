package io.clickledger.batch.quality;

import java.util.List;

/** Everything that a gate measured. */
public record GateReport(List<QualityMetric> metrics) {
  public GateReport {
    metrics = List.copyOf(metrics);
  }

  /** Whether every check held. */
  public boolean passed() {
    return faults().isEmpty();
  }

  /** The checks that failed. */
  public List<QualityMetric> faults() {
    return metrics.stream().filter(QualityMetric::failed).toList();
  }
}
