package io.clickledger.lake.publish;

import io.clickledger.schemas.TableName;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.iceberg.Table;

/**
 * A tag of every final table at the published snapshot, for queries in SQL. The pointer is
 * authoritative and the tag follows it: a run that dies between the two leaves the tag at the
 * previous publication until the next billing run or upkeep. Tags of single publications, which
 * retain their snapshots, are different tags and never moved.
 */
public final class PublishedTag {
  /** The tag's name. */
  public static final String NAME = "published";

  private static final String PREFIX = "publication_";

  private PublishedTag() {}

  /** The tag that keeps a publication's snapshots for as long as they may be asked for. */
  public static String of(long publicationId) {
    return PREFIX + publicationId;
  }

  /** The publication whose tag has this name; empty for every other name. */
  public static OptionalLong publicationId(String name) {
    return name.matches(PREFIX + "[0-9]{1,18}")
        ? OptionalLong.of(Long.parseLong(name.substring(PREFIX.length())))
        : OptionalLong.empty();
  }

  /**
   * Moves the tags to the snapshots of the current publication. The caller must hold the lock of
   * the billing tables: otherwise a run that read an older pointer could move the tags back.
   */
  public static void follow(Publication current, Function<TableName, Table> lake) {
    current
        .finalSnapshotIds()
        .forEach((name, snapshotId) -> TableRefs.tag(lake.apply(name), NAME, snapshotId));
  }
}
