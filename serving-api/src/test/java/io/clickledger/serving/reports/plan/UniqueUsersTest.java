package io.clickledger.serving.reports.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class UniqueUsersTest {
  /** Made by Spark's DataSketches: HLL, lgK 12, of user-0 to user-9999, HLL_8 and compact. */
  private static final String SPARKS = "users-by-datasketches-3.3.0.hll";

  /** What Spark's DataSketches itself says of it. */
  private static final long SPARKS_ESTIMATE = 9_926;

  @Test
  void readsTheSketchesThatSparkWrites() throws IOException {
    ReportRow row = new ReportRow(0, List.of(), List.of(), Finality.FINAL, Basis.FINAL, 0, false);
    UniqueUsers users = new UniqueUsers(List.of(row));

    try (InputStream sketch = UniqueUsersTest.class.getResourceAsStream(SPARKS)) {
      users.add(new UniqueUsers.Group(0, List.of()), sketch.readAllBytes());
    }

    assertThat(users.estimate(row)).isEqualTo(SPARKS_ESTIMATE);
  }
}
