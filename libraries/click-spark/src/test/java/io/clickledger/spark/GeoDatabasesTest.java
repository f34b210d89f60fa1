package io.clickledger.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.rules.web.IpAddress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeoDatabasesTest {
  private static final GeoDatabases SHIPPED =
      new GeoDatabases(Optional.empty(), Optional.empty(), Optional.empty());

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "193.99.144.85, DE",
    "2a02:2e0:3fe:1001:302::, DE",
    "130.225.0.1, DK",
    "73.1.2.3, US",
    "2003:e1::1, DE"
  })
  void knowsTheCountryOfAnAddress(String address, String country) {
    assertThat(place(SHIPPED, address).country()).isEqualTo(country);
  }

  @ParameterizedTest
  @CsvSource({
    "3.120.0.5, AS16509",
    "8.8.8.8, AS15169",
    "5.9.0.1, AS24940",
    "2a01:4f8::1, AS24940",
    "73.1.2.3, AS7922",
    "2003:e1::1, AS3320"
  })
  void knowsTheNetworkOfAnAddress(String address, String network) {
    assertThat(place(SHIPPED, address).network()).isEqualTo(network);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.1", "::1", "fe80::1", "255.255.255.255", "0.0.0.0"})
  void knowsNoPlaceOfAnAddressThatIsNotPublic(String address) {
    assertThat(place(SHIPPED, address)).isEqualTo(Place.UNKNOWN);
  }

  @Test
  void knowsNoCityWithoutAFileOfCities() {
    assertThat(place(SHIPPED, "193.99.144.85").city()).isNull();
  }

  @Test
  void readsCitiesOfBothLayouts() {
    Path nested =
        file(
            "nested",
            Map.of("city", Map.of("names", Map.of("en", "Munich", "de", "München"))),
            Map.of("country", Map.of("iso_code", "DE")));
    Path flat = file("flat", Map.of("city", "Hanover"), Map.of("city", ""));

    GeoDatabases ofNested =
        new GeoDatabases(Optional.empty(), Optional.of(nested), Optional.empty());
    GeoDatabases ofFlat = new GeoDatabases(Optional.empty(), Optional.of(flat), Optional.empty());
    ofNested.check();
    ofFlat.check();

    assertThat(place(ofNested, "203.0.113.77").city()).isEqualTo("Munich");
    assertThat(place(ofNested, "2001:db8::77").city()).isNull();
    assertThat(place(ofFlat, "203.0.113.77").city()).isEqualTo("Hanover");
    assertThat(place(ofFlat, "2001:db8::77").city()).isNull();
    assertThat(place(ofFlat, "193.99.144.85")).isEqualTo(place(SHIPPED, "193.99.144.85"));
  }

  @Test
  void readsOtherFilesInPlaceOfThoseShipped() {
    Path countries =
        file(
            "countries", Map.of("country", Map.of("iso_code", "AQ")), Map.of("country_code", "BV"));
    Path networks =
        file(
            "networks",
            Map.of("autonomous_system_number", 64_500L),
            Map.of("autonomous_system_number", 4_200_000_000L));

    GeoDatabases databases =
        new GeoDatabases(Optional.of(countries), Optional.empty(), Optional.of(networks));
    databases.check();

    assertThat(place(databases, "203.0.113.1")).isEqualTo(new Place("AQ", null, "AS64500"));
    assertThat(place(databases, "2001:db8::1")).isEqualTo(new Place("BV", null, "AS4200000000"));
    assertThat(place(databases, "193.99.144.85")).isEqualTo(Place.UNKNOWN);
  }

  @Test
  void answersTheSameAfterSerialization() throws IOException, ClassNotFoundException {
    Path cities = file("cities", Map.of("city", "Hanover"), Map.of("city", "Bremen"));
    GeoDatabases databases =
        new GeoDatabases(Optional.empty(), Optional.of(cities), Optional.empty());
    databases.check();
    place(databases, "203.0.113.1");

    GeoDatabases arrived = sent(databases);

    assertThat(place(arrived, "203.0.113.1").city()).isEqualTo("Hanover");
    assertThat(place(arrived, "3.120.0.5")).isEqualTo(place(databases, "3.120.0.5"));
  }

  @Test
  void anIpv6AddressIsUnknownToAFileOfIpv4() {
    Path countries =
        MmdbFile.ofIpv4("Test", Instant.EPOCH)
            .add("203.0.113.0/24", Map.of("country_code", "AQ"))
            .write(folder.resolve("ipv4.mmdb"));
    GeoDatabases databases =
        new GeoDatabases(Optional.of(countries), Optional.empty(), Optional.empty());
    databases.check();

    assertThat(place(databases, "203.0.113.1").country()).isEqualTo("AQ");
    assertThat(place(databases, "2a01:4f8::1"))
        .isEqualTo(new Place(null, null, "AS24940", Set.of(UnanalysedField.COUNTRY)));
    // Its first 32 bits are those of 203.0.113.1.
    assertThat(place(databases, "cb00:7101::1").country()).isNull();
  }

  @Test
  void anAddressIsUnknownWhereTheDataIsDamaged() throws IOException {
    Path cities = file("damaged", Map.of("city", "Hanover"), Map.of("city", "Bremen"));
    byte[] bytes = Files.readAllBytes(cities);
    // Where Hanover stands: a pointer to a place far behind the end.
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("Hanover") - 1;
    bytes[at] = 0b001_11_000;
    Files.write(cities, bytes);
    GeoDatabases databases =
        new GeoDatabases(Optional.empty(), Optional.of(cities), Optional.empty());

    assertThat(place(databases, "203.0.113.77"))
        .extracting(Place::city, Place::unanalysed)
        .containsExactly(null, Set.of(UnanalysedField.CITY));
    assertThat(place(databases, "2001:db8::77").city()).isEqualTo("Bremen");
    assertThat(place(databases, "3.120.0.5"))
        .extracting(Place::network, Place::unanalysed)
        .containsExactly("AS16509", Set.of());
  }

  @Test
  void namesEverySettingWhoseFileCannotServe() throws IOException {
    Path missing = folder.resolve("missing.mmdb");
    Path text = Files.writeString(folder.resolve("text.mmdb"), "not a database");
    Path networks =
        file("n", Map.of("autonomous_system_number", 1L), Map.of("autonomous_system_number", 2L));

    assertThatThrownBy(
            () ->
                new GeoDatabases(Optional.of(missing), Optional.of(text), Optional.of(networks))
                    .check())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("enrichment.country-database")
        .hasMessageContaining(missing.toString())
        .hasMessageContaining("enrichment.city-database")
        .hasMessageContaining(text.toString())
        .hasMessageNotContaining("enrichment.network-database");
    assertThatThrownBy(
            () ->
                new GeoDatabases(Optional.of(networks), Optional.empty(), Optional.empty()).check())
        .hasMessageContaining("enrichment.country-database must be an mmdb file that names a")
        .hasMessageContaining(networks.toString());
    SHIPPED.check();
  }

  private static Place place(GeoDatabases databases, String address) {
    return databases.of(IpAddress.parse(address));
  }

  /** 203.0.113.0/24 with one value and 2001:db8::/32 with the other. */
  private Path file(String name, Object ipv4, Object ipv6) {
    return new MmdbFile("Test", Instant.EPOCH)
        .add("203.0.113.0/24", ipv4)
        .add("2001:db8::/32", ipv6)
        .write(folder.resolve(name + ".mmdb"));
  }

  private static GeoDatabases sent(GeoDatabases databases)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(databases);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (GeoDatabases) in.readObject();
    }
  }
}
