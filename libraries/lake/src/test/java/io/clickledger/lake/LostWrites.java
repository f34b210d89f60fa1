package io.clickledger.lake;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.sandbox.parts.LossyPostgres.Loss;
import java.util.function.IntPredicate;
import org.apache.iceberg.exceptions.CommitStateUnknownException;

/** What is lost, and how often in a row: the catalog's client says the same once more. */
public enum LostWrites {
  ANSWER(Loss.ANSWER, 1),
  STATEMENT(Loss.STATEMENT, 1),
  BOTH_ANSWERS(Loss.ANSWER, 2),
  BOTH_STATEMENTS(Loss.STATEMENT, 2);

  public final Loss loss;
  private final int times;

  LostWrites(Loss loss, int times) {
    this.loss = loss;
    this.times = times;
  }

  /** The write with this number, and as many after it as are lost in a row. */
  public IntPredicate from(int write) {
    return number -> number >= write && number < write + times;
  }

  /**
   * Does the work while the catalog's write with this number is lost, and once more where that
   * failed.
   *
   * @return how many writes the work came to the first time
   */
  public int during(TestLake lake, int write, Runnable work) {
    lake.lossy().lose(loss, from(write));
    try {
      work.run();
      return lake.lossy().seen();
    } catch (CommitStateUnknownException e) {
      // What took effect is found out.
      assertThat(this).isEqualTo(BOTH_STATEMENTS);
      int seen = lake.lossy().seen();
      work.run();
      return seen;
    }
  }
}
