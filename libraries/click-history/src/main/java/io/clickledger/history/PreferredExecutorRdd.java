package io.clickledger.history;

import java.util.List;
import org.apache.spark.Partition;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.BlockManagerId;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag;

/**
 * An RDD that asks Spark to run each partition on the executor where it ran last, because that
 * executor holds the partition's click history in memory.
 */
final class PreferredExecutorRdd<T> extends RDD<T> {
  private static final long serialVersionUID = 1L;

  private final List<String> executors;
  private final ClassTag<T> type;

  private PreferredExecutorRdd(RDD<T> parent, List<String> executors, ClassTag<T> type) {
    super(parent, type);
    this.executors = executors;
    this.type = type;
  }

  /**
   * @param executors by partition, what {@link #currentExecutor} returned when the partition ran
   *     last; empty before the first run
   */
  static <T> JavaRDD<T> of(JavaRDD<T> rdd, List<String> executors) {
    return new PreferredExecutorRdd<>(rdd.rdd(), executors, rdd.classTag()).toJavaRDD();
  }

  /** The executor that runs this task, in the form of Spark's preferred locations. */
  static String currentExecutor() {
    BlockManagerId executor = SparkEnv.get().blockManager().blockManagerId();
    return "executor_" + executor.host() + "_" + executor.executorId();
  }

  @Override
  public Iterator<T> compute(Partition split, TaskContext context) {
    return firstParent(type).iterator(split, context);
  }

  @Override
  public Partition[] getPartitions() {
    return firstParent(type).partitions();
  }

  @Override
  public Seq<String> getPreferredLocations(Partition split) {
    List<String> executor = executors.isEmpty() ? List.of() : List.of(executors.get(split.index()));
    return JavaConverters.asScalaBuffer(executor).toSeq();
  }
}
