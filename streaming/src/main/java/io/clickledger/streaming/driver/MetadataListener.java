package io.clickledger.streaming.driver;

import io.clickledger.metadata.MetadataChanges;
import io.clickledger.streaming.query.MetadataCache;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Marks the driver's copy of the metadata as outdated when a change is notified. */
record MetadataListener(MetadataCache metadata) implements MetadataChanges.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(MetadataListener.class);

  @Override
  public void changed() {
    metadata.changed();
  }

  @Override
  public void lost(SQLException cause) {
    LOG.warn(
        "lost the connection that notifies of changes of metadata; they are found at each streaming.metadata-refresh until it is back: {}",
        cause.toString());
  }

  @Override
  public void regained() {
    LOG.info("changes of metadata are notified again");
  }
}
