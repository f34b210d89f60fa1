package io.clickledger.streaming;

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
 * Asks Spark to run each partition on the executor where it ran last, since its history is there.
 */
final class AtHome<T> extends RDD<T> {
  private static final long serialVersionUID = 1L;

  private final List<String> homes;
  private final ClassTag<T> type;

  private AtHome(RDD<T> parent, List<String> homes, ClassTag<T> type) {
    super(parent, type);
    this.homes = homes;
    this.type = type;
  }

  /**
   * @param homes of each partition what {@link #here} said when it ran; empty while none has
   */
  static <T> JavaRDD<T> of(JavaRDD<T> rdd, List<String> homes) {
    return new AtHome<>(rdd.rdd(), homes, rdd.classTag()).toJavaRDD();
  }

  /** The executor that this runs on, in the form in which Spark takes a preference. */
  static String here() {
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
    List<String> home = homes.isEmpty() ? List.of() : List.of(homes.get(split.index()));
    return JavaConverters.asScalaBuffer(home).toSeq();
  }
}
