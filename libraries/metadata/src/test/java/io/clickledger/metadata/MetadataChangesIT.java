package io.clickledger.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MetadataChangesIT {

  @Test
  void notifiesAgainAfterTheListenerThrewAnError() throws InterruptedException {
    List<String> calls = new CopyOnWriteArrayList<>();
    CountDownLatch again = new CountDownLatch(2);
    MetadataChanges.Listener listener =
        new MetadataChanges.Listener() {
          @Override
          public void changed() {
            calls.add("changed");
            again.countDown();
            if (again.getCount() == 1) {
              throw new OutOfMemoryError("not really");
            }
          }

          @Override
          public void lost(SQLException cause) {
            calls.add("lost: " + cause.getCause().getMessage());
          }

          @Override
          public void regained() {
            calls.add("regained");
          }
        };

    try (MetadataChanges changes =
        MetadataChanges.subscribe(TestDatabase.migrated().source(), listener)) {
      assertThat(again.await(20, TimeUnit.SECONDS)).as("%s of %s", calls, changes).isTrue();
    }

    assertThat(calls).startsWith("changed", "lost: not really", "regained", "changed");
  }
}
