package io.clickledger.history;

import io.clickledger.schemas.RawClicks;
import java.time.Instant;
import org.apache.iceberg.BaseFileScanTask;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.ResidualEvaluator;
import org.apache.iceberg.util.DateTimeUtil;

/** A file and its first and last landing; compaction makes files of several landings. */
record RawClicksFile(FileScanTask task, Instant first, Instant last) {
  long rows() {
    return task.file().recordCount();
  }

  /** Whether all its rows are of one landing. */
  boolean isOfOneLanding() {
    return first.equals(last) && task.deletes().isEmpty();
  }

  boolean isOnTime() {
    for (int i = 0; i < task.spec().fields().size(); i++) {
      if (task.spec().fields().get(i).name().equals(RawClicks.ON_TIME)) {
        return task.file().partition().get(i, Boolean.class);
      }
    }
    return false;
  }

  /** A scan of what landed then: it leaves out what the file's own statistics rule out. */
  FileScanTask landed(Instant from, Instant to) {
    return new BaseFileScanTask(
        task.file(),
        task.deletes().toArray(DeleteFile[]::new),
        SchemaParser.toJson(task.schema()),
        PartitionSpecParser.toJson(task.spec()),
        ResidualEvaluator.of(
            task.spec(),
            Expressions.and(
                Expressions.greaterThanOrEqual(
                    RawClicks.LANDED_AT, DateTimeUtil.microsFromInstant(from)),
                Expressions.lessThan(RawClicks.LANDED_AT, DateTimeUtil.microsFromInstant(to))),
            true));
  }
}
