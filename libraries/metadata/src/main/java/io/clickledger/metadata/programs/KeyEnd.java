package io.clickledger.metadata.programs;

import io.clickledger.metadata.access.ApiKey;
import io.clickledger.metadata.access.ApiKeyStore;
import io.clickledger.metadata.access.KeySecret;
import io.clickledger.metadata.access.UnknownKeyException;
import io.clickledger.programs.RefusedException;
import io.clickledger.programs.WrongUsageException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import javax.sql.DataSource;
import picocli.CommandLine.Parameters;

/** Which key a command ends, and how it does. */
public final class KeyEnd {

  @Parameters(
      paramLabel = "KEY_ID",
      description = "Id of the key: the 12 characters after clk_, as lists of keys show it.")
  private String keyId;

  /** Ends the key at once. */
  public void revoke(DataSource database, String actor, PrintWriter out) {
    try {
      ApiKey key = new ApiKeyStore(database).revoke(keyId, actor);
      out.printf("Key %s (%s) is revoked since %s%n", keyId, key.name(), key.revokedAt().get());
    } catch (UnknownKeyException e) {
      throw new RefusedException(e.getMessage());
    }
  }

  /** Makes a key in its place; the old one goes on for the overlap. */
  public void rotate(DataSource database, String overlap, String actor, PrintWriter out) {
    Duration length = duration(overlap);
    try {
      KeySecret next = new ApiKeyStore(database).rotate(keyId, length, actor);
      out.println(next.reveal());
      out.printf(
          "This key is shown once. Its id is %s. The old key, %s, ends in %s.%n",
          next.id(), keyId, overlap);
    } catch (UnknownKeyException e) {
      throw new RefusedException(e.getMessage());
    }
  }

  private static Duration duration(String text) {
    try {
      if (text.matches("[0-9]{1,4}[mhd]")) {
        return Duration.parse(text.endsWith("d") ? "P" + text : "PT" + text);
      }
    } catch (DateTimeParseException e) {
      // Told below.
    }
    throw new WrongUsageException("--overlap must be such as 30m, 24h or 7d, was " + text);
  }
}
