package io.clickledger.batch.audit;

import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.PublishedTag;
import io.clickledger.lake.publish.TableRefs;
import io.clickledger.schemas.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;

/** Checks that main and the tags of a final table are at published snapshots. */
final class PublishedHeads {
  private static final String DIED =
      ": a billing run died before it published (the next one takes it back), or somebody wrote to the"
          + " lake";

  private PublishedHeads() {}

  /** What is wrong with the table, one sentence each; empty where nothing is. */
  static List<String> wrong(TableName name, Table table, Optional<Publication> current) {
    List<String> wrong = new ArrayList<>();
    long newest = current.map(Publication::publicationId).orElse(0L);
    for (String ref : table.refs().keySet()) {
      OptionalLong id = PublishedTag.publicationId(ref);
      if (id.isPresent() && id.getAsLong() > newest) {
        wrong.add(
            "billing.publications has no publication %d, of which %s has a tag"
                    .formatted(id.getAsLong(), name)
                + DIED);
      }
    }
    if (current.isEmpty() && !wrong.isEmpty()) {
      return wrong;
    }
    if (current.isPresent() && !current.get().finalSnapshotIds().containsKey(name)) {
      wrong.add("publication %d names no snapshot of %s".formatted(newest, name));
      return wrong;
    }
    long published =
        current
            .map(publication -> publication.snapshotOf(name))
            .orElseGet(() -> TableRefs.creation(table));
    Optional<Long> main = at(table, SnapshotRef.MAIN_BRANCH);
    if (!main.equals(Optional.of(published))) {
      wrong.add(
          "main of %s is at %s, published is %d".formatted(name, text(main), published) + DIED);
    }
    Optional<Long> tag = at(table, PublishedTag.NAME);
    if (current.isPresent() && !tag.equals(Optional.of(published))) {
      wrong.add(
          "tag %s of %s is at %s, published is %d: upkeep and the next billing run move it"
              .formatted(PublishedTag.NAME, name, text(tag), published));
    }
    return wrong;
  }

  /** The snapshot that the table has under this name. */
  static Optional<Long> at(Table table, String ref) {
    return Optional.ofNullable(table.refs().get(ref)).map(SnapshotRef::snapshotId);
  }

  /** The same in a sentence. */
  static String text(Optional<Long> snapshotId) {
    return snapshotId.map(String::valueOf).orElse("no snapshot");
  }
}
