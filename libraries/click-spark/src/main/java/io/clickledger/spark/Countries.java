package io.clickledger.spark;

import com.maxmind.db.CHMCache;
import com.maxmind.db.MaxMindDbConstructor;
import com.maxmind.db.MaxMindDbParameter;
import com.maxmind.db.Reader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;

/**
 * Country of an address, out of the mmdb file that is shipped beside this class (its licence is
 * there too). Read once for each JVM; safe for use by many threads.
 */
public final class Countries {
  private Countries() {}

  /**
   * ISO 3166-1 alpha-2 code of the address's country; null where it is unknown.
   *
   * @param address an IPv4 or IPv6 literal: nothing is resolved
   */
  public static String of(String address) {
    try {
      Entry entry = Database.INSTANCE.get(InetAddress.getByName(address), Entry.class);
      return entry == null ? null : entry.countryCode();
    } catch (IOException e) {
      throw new UncheckedIOException("looking up a country", e);
    }
  }

  /** One entry of the file. */
  public record Entry(String countryCode) {
    @MaxMindDbConstructor
    public Entry(@MaxMindDbParameter(name = "country_code") String countryCode) {
      this.countryCode = countryCode;
    }
  }

  /** Opened at first use. */
  private static final class Database {
    static final Reader INSTANCE = open();

    private static Reader open() {
      try (InputStream in = Countries.class.getResourceAsStream("geo/country.mmdb")) {
        return new Reader(in, new CHMCache());
      } catch (IOException e) {
        throw new UncheckedIOException("opening the country database", e);
      }
    }
  }
}
