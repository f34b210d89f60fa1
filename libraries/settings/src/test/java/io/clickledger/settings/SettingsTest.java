package io.clickledger.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

  enum Mode {
    PLAIN_TEXT,
    SEALED
  }

  record Kafka(String bootstrapServers, String clickTopic, Duration deliveryTimeout) {}

  record Http(int port, List<String> trustedProxies) {
    Http {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("port must be 0..65535, was " + port);
      }
    }
  }

  record S3(URI endpoint, Optional<String> region, Secret secretKey) {}

  record App(
      Kafka kafka,
      Http http,
      Optional<S3> s3,
      Mode mode,
      double ratio,
      Optional<Instant> since,
      Optional<ZoneId> timeZone,
      Optional<Long> limit,
      Optional<Boolean> eager,
      Optional<Path> folder) {}

  private static final String DEFAULTS = "/io/clickledger/settings/defaults.properties";
  private static final String SERVERS = "kafka.bootstrap-servers=127.0.0.1:19092";

  @TempDir Path folder;

  @Test
  void readsDefaultsThenFilesThenOverrides() throws IOException {
    Path first = file("first.properties", "kafka.bootstrap-servers=one:1", "http.port=1");
    Path second = file("second.properties", "# mine", "http.port = 2", "ratio=1");

    App app = Settings.read(App.class, DEFAULTS, List.of(first, second), List.of("ratio=2"), env());

    assertThat(app.kafka()).isEqualTo(new Kafka("one:1", "clicks", Duration.ofSeconds(5)));
    assertThat(app.http()).isEqualTo(new Http(2, List.of("10.0.0.1", "10.0.0.2")));
    assertThat(app.ratio()).isEqualTo(2);
    assertThat(app.s3()).isEmpty();
  }

  @Test
  void readsEveryType() {
    App app =
        read(
            SERVERS,
            "kafka.delivery-timeout=250ms",
            "mode=sealed",
            "ratio=1e-3",
            "since=2026-11-01T00:00:00Z",
            "time-zone=Europe/Berlin",
            "limit=10000000000",
            "eager=true",
            "folder=/tmp/x",
            "http.trusted-proxies=",
            "s3.endpoint=http://127.0.0.1:19000",
            "s3.secret-key=env:KEY");

    assertThat(app)
        .isEqualTo(
            new App(
                new Kafka("127.0.0.1:19092", "clicks", Duration.ofMillis(250)),
                new Http(8080, List.of()),
                Optional.of(
                    new S3(
                        URI.create("http://127.0.0.1:19000"), Optional.empty(), Secret.of("k3y"))),
                Mode.SEALED,
                0.001,
                Optional.of(Instant.parse("2026-11-01T00:00:00Z")),
                Optional.of(ZoneId.of("Europe/Berlin")),
                Optional.of(10_000_000_000L),
                Optional.of(true),
                Optional.of(Path.of("/tmp/x"))));
  }

  @ParameterizedTest
  @CsvSource({"250ms,PT0.25S", "5s,PT5S", "2m,PT2M", "1h,PT1H", "35d,PT840H", "0s,PT0S"})
  void readsDurationsWithTheirUnit(String text, Duration expected) {
    assertThat(read(SERVERS, "kafka.delivery-timeout=" + text).kafka().deliveryTimeout())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http.port=eighty        | http.port      | must be a whole number from -2147483648 to 2147483647, was \"eighty\" (--set)",
        "http.port=9999999999    | http.port      | must be a whole number from -2147483648 to 2147483647, was \"9999999999\" (--set)",
        "http.port=70000         | http.port      | must be 0..65535, was 70000 (--set)",
        "http.port=              | http.port      | missing; must be a whole number from -2147483648 to 2147483647",
        "kafka.delivery-timeout=5| kafka.delivery-timeout | must be a duration such as 250ms, 5s, 2m, 1h or 35d, was \"5\" (--set)",
        "mode=open               | mode           | must be one of plain-text, sealed, was \"open\" (--set)",
        "ratio=NaN               | ratio          | must be a number such as 0.5, was \"NaN\" (--set)",
        "since=yesterday         | since          | must be an instant such as 2026-11-01T00:00:00Z, was \"yesterday\" (--set)",
        "time-zone=Mars/Olympus  | time-zone      | must be a time zone such as Europe/Berlin or UTC, was \"Mars/Olympus\" (--set)",
        "eager=yes               | eager          | must be true or false, was \"yes\" (--set)",
        "http.trusted-proxies=a,,b | http.trusted-proxies | must be a list without empty elements (--set)",
        "s3.region=eu            | s3.endpoint    | missing; must be an absolute URI such as http://127.0.0.1:8080",
        "kafka.click-topik=x     | kafka.click-topik | unknown key (--set); did you mean kafka.click-topic?",
        "KAFKA_CLICK_TOPIC=x     | KAFKA_CLICK_TOPIC | unknown key (--set); did you mean kafka.click-topic?",
        "click-topic=x           | click-topic    | unknown key (--set); did you mean kafka.click-topic?",
        "http.prot=1             | http.prot      | unknown key (--set); did you mean http.port?",
        "kafka=x                 | kafka          | unknown key (--set); it is a group of keys such as kafka.bootstrap-servers",
        "colour.of.the.page=red  | colour.of.the.page | unknown key (--set)",
        "nothing                 | --set nothing  | must be key=value",
      })
  void namesThePathTheValueAndWhatIsAllowed(String override, String path, String problem) {
    assertThat(faultsOf(SERVERS, override)).contains(new SettingsFault(path, problem));
  }

  @Test
  void saysWhereAFileIsWrong() throws IOException {
    Path twice = file("twice.properties", SERVERS, "http.port=1", "http.port=2");
    Path absent = folder.resolve("absent.properties");

    assertThatThrownBy(
            () -> Settings.read(App.class, DEFAULTS, List.of(twice, absent), List.of(), env()))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "2 invalid settings:\n  http.port: is given twice in %s\n  %s: no such settings file",
            twice, absent);
  }

  private static final Map<String, String> BREAKING =
      new TreeMap<>(
          Map.of(
              "kafka.bootstrap-servers", "kafka.bootstrap-servers=",
              "kafka.delivery-timeout", "kafka.delivery-timeout=soon",
              "http.port", "http.port=x",
              "mode", "mode=x",
              "ratio", "ratio=x",
              "since", "since=x",
              "limit", "limit=x",
              "eager", "eager=x",
              "s3.secret-key", "s3.secret-key=hunter2",
              "colour", "colour=red"));

  @Property
  void reportsAllFaultsTogetherWhicheverTheyAre(@ForAll("broken") Set<String> broken) {
    List<String> overrides = new ArrayList<>(List.of(SERVERS, "s3.endpoint=http://h"));
    overrides.add("s3.secret-key=env:KEY");
    broken.forEach(path -> overrides.add(BREAKING.get(path)));

    Set<String> reported =
        faultsOf(overrides.toArray(String[]::new)).stream()
            .map(SettingsFault::path)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(reported).isEqualTo(new TreeSet<>(broken));
  }

  @Provide
  Arbitrary<Set<String>> broken() {
    return Arbitraries.of(BREAKING.keySet()).set();
  }

  @Test
  void showsNoSecretWhereverItStands() throws IOException {
    Path secretFile = file("secret", "fr0m-file");
    App ofFile = read(SERVERS, "s3.endpoint=http://h", "s3.secret-key=file:" + secretFile);

    assertThat(ofFile.s3().orElseThrow().secretKey().reveal()).isEqualTo("fr0m-file");
    assertThat(ofFile.toString()).contains("secretKey=****").doesNotContain("fr0m-file");
    assertThat(faultsOf(SERVERS, "s3.endpoint=http://h", "s3.secret-key=hunter2"))
        .singleElement()
        .satisfies(fault -> assertThat(fault.problem()).doesNotContain("hunter2"));
    assertThat(faultsOf(SERVERS, "s3.endpoint=http://h", "s3.secret-key=env:ABSENT"))
        .containsExactly(
            new SettingsFault("s3.secret-key", "environment variable ABSENT is not set (--set)"));
    assertThat(faultsOf(SERVERS, "s3.endpoint=http://h", "s3.secret-key=file:/no/such"))
        .containsExactly(
            new SettingsFault(
                "s3.secret-key",
                "secret file /no/such cannot be read (NoSuchFileException) (--set)"));
  }

  private Path file(String name, String... lines) throws IOException {
    return Files.write(folder.resolve(name), List.of(lines));
  }

  private static Map<String, String> env() {
    return Map.of("KEY", "k3y");
  }

  private static App read(String... overrides) {
    return Settings.read(App.class, DEFAULTS, List.of(), List.of(overrides), env());
  }

  private static List<SettingsFault> faultsOf(String... overrides) {
    try {
      read(overrides);
      return List.of();
    } catch (SettingsException e) {
      return e.faults();
    }
  }
}
