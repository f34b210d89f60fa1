package io.clickledger.sandbox.faults;

import io.clickledger.sandbox.parts.process.RepositoryRoot;
import java.nio.file.Path;
import java.util.Arrays;

/** A bug that is put into a driver as it starts, to show that the checks find it. */
enum PlantedBug {
  /** A driver begins one offset behind the committed end of one partition. */
  SKIP_OFFSET("skip-offset"),
  /** Commits do not care where the table ends. */
  NO_VALIDATION("no-validation"),
  /** A driver starts beside another one. */
  NO_LOCKS("no-locks");

  /** What a driver prints each time that a bug makes a difference, followed by the bug's id. */
  static final String EFFECT = "the planted bug takes effect: ";

  private final String id;

  PlantedBug(String id) {
    this.id = id;
  }

  /** Of the id that {@link #toString} gives. */
  static PlantedBug of(String id) {
    return Arrays.stream(values())
        .filter(bug -> bug.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "a planted bug must be of %s, was %s"
                        .formatted(Arrays.toString(values()), id)));
  }

  /** The option of Java that plants it. */
  String javaOption() {
    Path agent = RepositoryRoot.find().resolve("sandbox/faults/target/clickledger-faults.jar");
    return "-javaagent:%s=%s".formatted(agent, id);
  }

  @Override
  public String toString() {
    return id;
  }
}
