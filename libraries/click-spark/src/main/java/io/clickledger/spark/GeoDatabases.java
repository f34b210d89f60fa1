package io.clickledger.spark;

import com.maxmind.db.CHMCache;
import com.maxmind.db.InvalidNetworkException;
import com.maxmind.db.MaxMindDbConstructor;
import com.maxmind.db.MaxMindDbParameter;
import com.maxmind.db.Networks;
import com.maxmind.db.Reader;
import io.clickledger.rules.web.IpAddress;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Country, city and network of an address, out of mmdb files. It travels to the tasks as paths; a
 * file is opened once for each JVM and stays open. Safe for use by many threads.
 *
 * <p>There is no cache of addresses: measured, one wins only while it holds every address that
 * clicks, and costs most where traffic is most (docs/decisions/0008).
 */
public final class GeoDatabases implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Maximum number of entries that are searched for the required field when a file is checked. */
  private static final int MAX_PROBED_ENTRIES = 100_000;

  private static final Map<Database, Reader> OPEN = new ConcurrentHashMap<>();

  private final Database country;
  private final Database city;
  private final Database network;
  private transient Readers readers;

  /**
   * @param countryFile in place of the file that is shipped
   * @param cityFile without it, no city is known
   * @param networkFile in place of the file that is shipped
   */
  public GeoDatabases(
      Optional<Path> countryFile, Optional<Path> cityFile, Optional<Path> networkFile) {
    this.country = Database.of(Kind.COUNTRY, countryFile);
    this.city = cityFile.isEmpty() ? null : Database.of(Kind.CITY, cityFile);
    this.network = Database.of(Kind.NETWORK, networkFile);
  }

  /**
   * Opens every file.
   *
   * @throws IllegalArgumentException naming each setting whose file is missing, is no mmdb file or
   *     knows nothing of what the setting is for
   */
  public void check() {
    List<String> faults =
        Stream.of(country, city, network)
            .filter(Objects::nonNull)
            .map(Database::fault)
            .flatMap(Optional::stream)
            .toList();
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(String.join(System.lineSeparator(), faults));
    }
  }

  /**
   * The place of the address. Fields that a file cannot answer are unknown and listed as
   * unanalysed: an IPv4 file has no IPv6 addresses, and data may be damaged.
   */
  public Place of(IpAddress ipAddress) {
    Readers open = readers;
    if (open == null) {
      open = new Readers(country.reader(), city == null ? null : city.reader(), network.reader());
      readers = open;
    }
    InetAddress address = inetAddress(ipAddress);
    Set<UnanalysedField> unanalysed = EnumSet.noneOf(UnanalysedField.class);
    String inCountry = name(country, open.country(), address, unanalysed);
    String inCity = city == null ? null : name(city, open.city(), address, unanalysed);
    String inNetwork = name(network, open.network(), address, unanalysed);
    return new Place(
        inCountry, inCity, inNetwork, unanalysed.isEmpty() ? Set.of() : Set.copyOf(unanalysed));
  }

  /** The file's value for the address; null where it has none or reading fails. */
  private static String name(
      Database database, Reader reader, InetAddress address, Set<UnanalysedField> unanalysed) {
    // The reader would take the first 32 bits of an IPv6 address for an IPv4 address.
    if (address instanceof Inet6Address && reader.getMetadata().ipVersion() == 4) {
      unanalysed.add(database.kind().value);
      return null;
    }
    try {
      Entry entry = reader.get(address, database.kind().entry);
      return entry == null ? null : entry.name();
    } catch (IOException | RuntimeException | StackOverflowError e) {
      unanalysed.add(database.kind().value);
      return null;
    }
  }

  private static InetAddress inetAddress(IpAddress address) {
    try {
      return InetAddress.getByAddress(address.bytes());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address must have 4 or 16 bytes", e);
    }
  }

  private record Readers(Reader country, Reader city, Reader network) {}

  /** The purpose of a file, and the field that it must have for an address. */
  private enum Kind {
    COUNTRY(
        "enrichment.country-database",
        "geo/country.mmdb",
        InCountry.class,
        UnanalysedField.COUNTRY),
    CITY("enrichment.city-database", null, InCity.class, UnanalysedField.CITY),
    NETWORK(
        "enrichment.network-database",
        "geo/network.mmdb",
        InNetwork.class,
        UnanalysedField.NETWORK);

    private final String setting;
    private final String shipped;
    private final Class<? extends Entry> entry;
    private final UnanalysedField value;

    Kind(String setting, String shipped, Class<? extends Entry> entry, UnanalysedField value) {
      this.setting = setting;
      this.shipped = shipped;
      this.entry = entry;
      this.value = value;
    }
  }

  /**
   * A file.
   *
   * @param path null for the one that is shipped
   */
  private record Database(Kind kind, String path) implements Serializable {
    static Database of(Kind kind, Optional<Path> file) {
      return new Database(kind, file.map(Path::toString).orElse(null));
    }

    Reader reader() {
      return OPEN.computeIfAbsent(this, Database::open);
    }

    private Reader open() {
      try {
        if (path != null) {
          return new Reader(new File(path), new CHMCache());
        }
        try (InputStream in = GeoDatabases.class.getResourceAsStream(kind.shipped)) {
          return new Reader(in, new CHMCache());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
    }

    Optional<String> fault() {
      try {
        return knowsSomething()
            ? Optional.empty()
            : Optional.of(
                "%s must be an mmdb file that names a %s, was %s of type %s"
                    .formatted(
                        kind.setting,
                        kind.name().toLowerCase(Locale.ROOT),
                        path,
                        reader().getMetadata().databaseType()));
      } catch (IOException | RuntimeException | InvalidNetworkException e) {
        return Optional.of(
            "%s must be a readable mmdb file, was %s: %s"
                .formatted(kind.setting, path, e.getMessage()));
      }
    }

    private boolean knowsSomething() throws IOException, InvalidNetworkException {
      Networks<? extends Entry> entries = reader().networks(kind.entry);
      for (int i = 0; i < MAX_PROBED_ENTRIES && entries.hasNext(); i++) {
        Entry entry = entries.next().data();
        if (entry != null && entry.name() != null) {
          return true;
        }
      }
      return false;
    }
  }

  /** A file's record of an address. */
  interface Entry {
    /** Null where the file does not say. */
    String name();
  }

  /** Country as GeoLite2 and dbip write it, {@code country.iso_code}, or {@code country_code}. */
  public record InCountry(String name) implements Entry {
    @MaxMindDbConstructor
    public InCountry(
        @MaxMindDbParameter(name = "country") Object country,
        @MaxMindDbParameter(name = "country_code") String code) {
      this(text(country instanceof Map<?, ?> fields ? fields.get("iso_code") : code));
    }
  }

  /** City as GeoLite2 and dbip write it, {@code city.names.en}, or {@code city}. */
  public record InCity(String name) implements Entry {
    @MaxMindDbConstructor
    public InCity(@MaxMindDbParameter(name = "city") Object city) {
      this(
          text(
              city instanceof Map<?, ?> fields && fields.get("names") instanceof Map<?, ?> names
                  ? names.get("en")
                  : city));
    }
  }

  /** Network as every layout writes it. */
  public record InNetwork(String name) implements Entry {
    @MaxMindDbConstructor
    public InNetwork(@MaxMindDbParameter(name = "autonomous_system_number") Long number) {
      this(number == null || number == 0 ? null : "AS" + number);
    }
  }

  private static String text(Object value) {
    return value instanceof String text && !text.isEmpty() ? text : null;
  }
}
