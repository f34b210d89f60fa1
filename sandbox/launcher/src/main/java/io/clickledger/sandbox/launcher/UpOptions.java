package io.clickledger.sandbox.launcher;

import picocli.CommandLine.Option;

/** What can be chosen at the first {@code up}. */
final class UpOptions {

  @Option(
      names = "--port-base",
      paramLabel = "PORT",
      description = "First of seven neighbouring ports, instead of the usual ones.")
  private Integer portBase;

  @Option(
      names = "--warehouse",
      paramLabel = "local|s3",
      description = "A folder, or a bucket of an S3 endpoint of our own (default: local).")
  private Warehouse warehouse;

  /** What is asked for, and where nothing is, what the data folder was made with. */
  Choices choices(DataFolder data) {
    Choices before = data.choices().orElse(Choices.usual());
    if (data.choices().isPresent() && warehouse != null && warehouse != before.warehouse()) {
      throw new Refusal(
          "the data in %s are in a %s warehouse: choose another folder with --data-dir"
              .formatted(data.path(), before.warehouse()));
    }
    return new Choices(
        portBase == null ? before.ports() : Ports.from(portBase),
        warehouse == null ? before.warehouse() : warehouse);
  }
}
