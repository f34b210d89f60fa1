package io.clickledger.metadata.csv;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** An import that did not happen, nothing of it; its message lists every fault, one a line. */
public final class MetadataImportException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<ImportFault> faults;

  MetadataImportException(List<ImportFault> faults) {
    super(message(sorted(faults)));
    this.faults = sorted(faults);
  }

  /** By file and line. */
  public List<ImportFault> faults() {
    return faults;
  }

  private static List<ImportFault> sorted(List<ImportFault> faults) {
    return faults.stream()
        .sorted(Comparator.comparing(ImportFault::file).thenComparingLong(ImportFault::line))
        .toList();
  }

  private static String message(List<ImportFault> faults) {
    return faults.stream()
        .map(fault -> "\n  " + fault)
        .collect(
            Collectors.joining(
                "",
                "Nothing was imported: "
                    + (faults.size() == 1
                        ? "there is 1 fault"
                        : "there are " + faults.size() + " faults"),
                ""));
  }
}
