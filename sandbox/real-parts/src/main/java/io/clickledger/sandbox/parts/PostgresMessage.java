package io.clickledger.sandbox.parts;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What follows the type of a message of PostgreSQL's protocol: its length, which counts itself, and
 * its content.
 */
record PostgresMessage(byte[] content) {
  static PostgresMessage read(DataInputStream in, int length) throws IOException {
    byte[] content = new byte[length - Integer.BYTES];
    in.readFully(content);
    return new PostgresMessage(content);
  }

  void write(DataOutputStream out) throws IOException {
    out.writeInt(content.length + Integer.BYTES);
    out.write(content);
  }

  /** One of the zero-terminated texts that the content begins with. */
  String text(int index) {
    int start = 0;
    for (int i = 0; i < index; i++) {
      start = end(start) + 1;
    }
    return new String(content, start, end(start) - start, StandardCharsets.UTF_8);
  }

  /** What a BIND message binds: the portal, the statement, formats, and then the values. */
  List<String> parameters() {
    ByteBuffer bytes = ByteBuffer.wrap(content);
    bytes.position(end(end(0) + 1) + 1);
    int formats = bytes.getShort();
    bytes.position(bytes.position() + formats * Short.BYTES);
    List<String> values = new ArrayList<>();
    for (int left = bytes.getShort(); left > 0; left--) {
      int length = bytes.getInt();
      byte[] value = new byte[Math.max(length, 0)];
      bytes.get(value);
      values.add(new String(value, StandardCharsets.UTF_8));
    }
    return values;
  }

  private int end(int start) {
    int end = start;
    while (content[end] != 0) {
      end++;
    }
    return end;
  }
}
