package io.clickledger.streaming.driver;

import io.clickledger.metadata.MetadataChanges;
import io.clickledger.streaming.query.Metadata;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Marks the driver's copy of the metadata as outdated when a change is notified. */
record MetadataListener(Metadata metadata) implements MetadataChanges.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(MetadataListener.class);

  @Override
  public void changed() {
    metadata.changed();
  }

  @Override
  public void lost(SQLException cause) {
    LOG.warn(
        "changes of metadata are not told any more, they are found by streaming.metadata-refresh until they are: {}",
        cause.toString());
  }

  @Override
  public void regained() {
    LOG.info("changes of metadata are told again");
  }
}
