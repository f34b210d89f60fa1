package io.clickledger.spark;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes files of the MaxMind DB format, version 2.0, for IPv6 with IPv4 inside it, or for IPv4.
 * Networks may come in any order; what is added later wins. The same additions make the same bytes.
 *
 * @see <a href="https://maxmind.github.io/MaxMind-DB/">the format</a>
 */
final class MmdbFile {
  private static final int IPV6_BITS = 128;
  private static final int IPV4_BITS = 32;
  private static final int NOTHING = -1;

  /** Between the search tree and the data. */
  private static final int SEPARATOR = 16;

  private static final byte[] METADATA_START =
      "\u00ab\u00cd\u00efMaxMind.com".getBytes(StandardCharsets.ISO_8859_1);

  private final int bits;
  private final String type;
  private final Instant builtAt;
  private final Map<Object, Integer> values = new LinkedHashMap<>();

  /** Children of the inner nodes, two for each: a node, {@link #NOTHING}, or a value below it. */
  private int[] children = new int[1 << 16];

  private int nodes;

  MmdbFile(String type, Instant builtAt) {
    this(IPV6_BITS, type, builtAt);
  }

  /** A file that knows IPv4 only. */
  static MmdbFile ofIpv4(String type, Instant builtAt) {
    return new MmdbFile(IPV4_BITS, type, builtAt);
  }

  private MmdbFile(int bits, String type, Instant builtAt) {
    this.bits = bits;
    this.type = type;
    this.builtAt = builtAt;
    newNode(NOTHING);
  }

  /** All addresses from the first to the last, as numbers; IPv4 ones as they are. */
  MmdbFile add(BigInteger first, BigInteger last, Object value) {
    Integer known = values.putIfAbsent(value, values.size());
    int leaf = NOTHING - 1 - (known == null ? values.size() - 1 : known);
    BigInteger from = first;
    while (from.compareTo(last) <= 0) {
      int free = from.signum() == 0 ? bits : from.getLowestSetBit();
      int fitting = last.subtract(from).add(BigInteger.ONE).bitLength() - 1;
      int size = Math.min(free, fitting);
      put(from, bits - size, leaf);
      from = from.add(BigInteger.ONE.shiftLeft(size));
    }
    return this;
  }

  /** The network, such as {@code 203.0.113.0/24}. */
  MmdbFile add(String network, Object value) {
    String[] parts = network.split("/");
    byte[] address = address(parts[0]);
    BigInteger first = new BigInteger(1, address);
    int free = address.length * 8 - Integer.parseInt(parts[1]);
    return add(first, first.add(BigInteger.ONE.shiftLeft(free)).subtract(BigInteger.ONE), value);
  }

  Path write(Path file) {
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(bytes());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("writing " + file, e);
    }
  }

  private void put(BigInteger address, int prefix, int leaf) {
    int node = 0;
    for (int depth = 0; depth < prefix - 1; depth++) {
      int side = 2 * node + (address.testBit(bits - 1 - depth) ? 1 : 0);
      if (children[side] < 0) {
        int inner = newNode(children[side]); // May move the array.
        children[side] = inner;
      }
      node = children[side];
    }
    children[2 * node + (address.testBit(bits - prefix) ? 1 : 0)] = leaf;
  }

  private int newNode(int both) {
    if (2 * nodes + 2 > children.length) {
      children = Arrays.copyOf(children, 2 * children.length);
    }
    children[2 * nodes] = both;
    children[2 * nodes + 1] = both;
    return nodes++;
  }

  /** Two equal leaves below one node are one leaf in its place. */
  private int merged(int child) {
    if (child < 0) {
      return child;
    }
    children[2 * child] = merged(children[2 * child]);
    children[2 * child + 1] = merged(children[2 * child + 1]);
    return children[2 * child] < 0 && children[2 * child] == children[2 * child + 1]
        ? children[2 * child]
        : child;
  }

  private byte[] bytes() {
    Data data = new Data();
    int[] places = new int[values.size()];
    values.forEach((value, i) -> places[i] = data.append(value));

    children[0] = merged(children[0]);
    children[1] = merged(children[1]);
    List<Integer> inOrder = new ArrayList<>();
    int[] numbers = new int[nodes];
    number(0, inOrder, numbers);
    int count = inOrder.size();
    long highest = (long) count + SEPARATOR + data.size();
    int recordBytes = highest < 1 << 24 ? 3 : 4;

    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int node : inOrder) {
      for (int side = 0; side < 2; side++) {
        int child = children[2 * node + side];
        int record =
            child >= 0
                ? numbers[child]
                : child == NOTHING ? count : count + SEPARATOR + places[NOTHING - 1 - child];
        for (int shift = 8 * (recordBytes - 1); shift >= 0; shift -= 8) {
          out.write(record >>> shift);
        }
      }
    }
    out.writeBytes(new byte[SEPARATOR]);
    out.writeBytes(data.toByteArray());
    out.writeBytes(METADATA_START);
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("binary_format_major_version", 2);
    metadata.put("binary_format_minor_version", 0);
    metadata.put("build_epoch", BigInteger.valueOf(builtAt.getEpochSecond()));
    metadata.put("database_type", type);
    metadata.put("description", Map.of());
    metadata.put("ip_version", bits == IPV4_BITS ? 4 : 6);
    metadata.put("languages", List.of());
    metadata.put("node_count", (long) count);
    metadata.put("record_size", 8 * recordBytes);
    Data end = new Data();
    end.append(metadata);
    out.writeBytes(end.toByteArray());
    return out.toByteArray();
  }

  private void number(int node, List<Integer> inOrder, int[] numbers) {
    numbers[node] = inOrder.size();
    inOrder.add(node);
    for (int side = 0; side < 2; side++) {
      if (children[2 * node + side] >= 0) {
        number(children[2 * node + side], inOrder, numbers);
      }
    }
  }

  private static byte[] address(String literal) {
    try {
      return InetAddress.getByName(literal).getAddress();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A data section: texts that come again are pointers to where they stood first. */
  private static final class Data extends ByteArrayOutputStream {
    private final Map<String, Integer> texts = new HashMap<>();

    int append(Object value) {
      int place = size();
      if (value instanceof String text) {
        appendText(text);
      } else if (value instanceof Integer number) {
        appendNumber(5, number);
      } else if (value instanceof Long number) {
        appendNumber(6, number);
      } else if (value instanceof BigInteger number) {
        appendNumber(9, number.longValueExact());
      } else if (value instanceof Map<?, ?> map) {
        appendHead(7, map.size());
        map.forEach(
            (name, field) -> {
              append(name);
              append(field);
            });
      } else if (value instanceof List<?> list) {
        appendHead(11, list.size());
        list.forEach(this::append);
      } else {
        throw new IllegalArgumentException(
            "value must be a text, number, map or list, was " + value);
      }
      return place;
    }

    private void appendText(String text) {
      Integer before = texts.putIfAbsent(text, size());
      if (before == null || text.length() < 4) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        appendHead(2, bytes.length);
        writeBytes(bytes);
      } else if (before < 1 << 11) {
        write(0b001_00_000 | before >>> 8);
        write(before);
      } else {
        write(0b001_11_000);
        appendBytes(before, 4);
      }
    }

    /** Integer as unsigned 16 bits, Long as 32 and BigInteger as 64, without the leading zeros. */
    private void appendNumber(int type, long number) {
      int length = (Long.SIZE - Long.numberOfLeadingZeros(number) + 7) / 8;
      appendHead(type, length);
      appendBytes(number, length);
    }

    private void appendHead(int type, int size) {
      int length = size < 29 ? size : size < 285 ? 29 : 30;
      write((type < 8 ? type << 5 : 0) | length);
      if (type >= 8) {
        write(type - 7);
      }
      if (length == 29) {
        write(size - 29);
      } else if (length == 30) {
        appendBytes(size - 285, 2);
      }
    }

    private void appendBytes(long number, int length) {
      for (int shift = 8 * (length - 1); shift >= 0; shift -= 8) {
        write((int) (number >>> shift));
      }
    }
  }
}
