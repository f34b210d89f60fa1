package io.clickledger.lake.commit;

import io.clickledger.schemas.RawClicks;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** What the streaming queries would commit, with as many rows as they say. */
public final class Commits {
  private Commits() {}

  /** Offsets that a landing puts into a table, by Kafka partition. */
  public static Set<DataFile> files(
      Table table, Instant landedAt, Map<Integer, LongStream> offsets) {
    Set<DataFile> files = new HashSet<>();
    offsets.forEach(
        (partition, range) ->
            files.addAll(
                RecordFiles.write(
                    table,
                    "test",
                    range.mapToObj(offset -> row(table, partition, offset, landedAt)).toList())));
    return files;
  }

  /** Any row at these coordinates: every other required column gets a value of its type. */
  private static Record row(Table table, int partition, long offset, Instant landedAt) {
    OffsetDateTime at = landedAt.atOffset(ZoneOffset.UTC);
    Record row = RecordFiles.row(table);
    for (Types.NestedField field : table.schema().columns()) {
      if (field.isRequired()) {
        row.setField(field.name(), any(field.type().typeId(), at));
      }
    }
    row.setField(RawClicks.KAFKA_PARTITION, partition);
    row.setField(RawClicks.KAFKA_OFFSET, offset);
    return row;
  }

  private static Object any(Type.TypeID type, OffsetDateTime at) {
    return switch (type) {
      case STRING -> "any";
      case TIMESTAMP -> at;
      case LONG -> 1L;
      case INTEGER -> 1;
      case BOOLEAN -> true;
      case LIST -> List.of();
      default -> throw new IllegalArgumentException("no value for " + type);
    };
  }

  /** A landing commit; {@code notes} are further keys of its summary, without the prefix. */
  public static void land(
      Table table, Instant landedAt, String to, Set<DataFile> files, String... notes) {
    commit(table, QueryNames.LAND_CLICKS, to, landedAt, files, notes);
  }

  /** What CountClicks commits after counting up to the snapshot of raw.clicks. */
  public static void count(Table live, Instant landedAt, long to) {
    commit(
        live,
        QueryNames.COUNT_CLICKS,
        new RawPosition(to).toString(),
        landedAt,
        files(live),
        new String[0]);
  }

  private static Set<DataFile> files(Table live) {
    Record row = RecordFiles.row(live);
    for (Types.NestedField field : live.schema().columns()) {
      if (field.isRequired()) {
        row.setField(
            field.name(), any(field.type().typeId(), Instant.EPOCH.atOffset(ZoneOffset.UTC)));
      }
    }
    return RecordFiles.write(live, "test", List.of(row));
  }

  private static void commit(
      Table table, String query, String to, Instant landedAt, Set<DataFile> files, String[] notes) {
    table.refresh();
    AppendFiles append = table.newFastAppend();
    files.forEach(append::appendFile);
    append.set(CommittedPosition.QUERY, query);
    append.set(CommittedPosition.SOURCE, "topic");
    append.set(CommittedPosition.TO, to);
    append.set(CommittedPosition.LANDED_THROUGH, landedAt.toString());
    for (int i = 0; i < notes.length; i += 2) {
      append.set("clickledger." + notes[i], notes[i + 1]);
    }
    append.commit();
  }
}
