package io.clickledger.streaming.replay.decision;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.UUID;

/** The click_id of a record that was sent without one: always the same for the same record. */
final class DerivedClickId {

  private static final UUID NAMESPACE = UUID.fromString("5c1f7f0e-6f0b-4c39-9a8c-3c2d6a1b7e54");

  private DerivedClickId() {}

  /*
   * A UUID of version 5 (RFC 9562) over coordinates and timestamp. The topic's id is not part of
   * it, because rows do not have it: after the topic was created again, the new id would give a
   * second replay of an older row another click_id, and the click would count twice. The timestamp
   * distinguishes records of the two topics.
   */
  static UUID of(Coordinates at, Instant kafkaTimestamp) {
    String name = at + ":" + kafkaTimestamp.toEpochMilli();
    byte[] hash = sha1(name.getBytes(StandardCharsets.UTF_8));
    ByteBuffer id = ByteBuffer.wrap(hash);
    long high = id.getLong() & ~0xf000L | 0x5000L;
    long low = id.getLong() & ~0xc000_0000_0000_0000L | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }

  private static byte[] sha1(byte[] name) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      digest.update(
          ByteBuffer.allocate(2 * Long.BYTES)
              .putLong(NAMESPACE.getMostSignificantBits())
              .putLong(NAMESPACE.getLeastSignificantBits())
              .array());
      return digest.digest(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime has no SHA-1", e);
    }
  }
}
