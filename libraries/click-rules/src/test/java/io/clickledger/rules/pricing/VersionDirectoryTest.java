package io.clickledger.rules.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.rules.Serialized;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class VersionDirectoryTest {

  @Property
  void findsWhatTryingEveryVersionFinds(
      @ForAll("versions") List<AdVersion> versions,
      @ForAll("adIds") String adId,
      @ForAll @LongRange(min = -5, max = 105) long second) {
    Instant instant = Instant.ofEpochSecond(second);
    Optional<AdVersion> expected =
        versions.stream()
            .filter(version -> version.adId().equals(adId) && version.isValidAt(instant))
            .findFirst();

    VersionDirectory<AdVersion> directory = VersionDirectory.of(versions);

    assertThat(directory.at(adId, instant)).isEqualTo(expected);
    assertThat(directory.find(adId, instant)).isSameAs(expected.orElse(null));
  }

  @Test
  void aVersionEndsWhereTheNextBegins() {
    AdVersion first = version("ad-1", 500, 0, 10L);
    AdVersion second = version("ad-1", 600, 10, null);
    VersionDirectory<AdVersion> directory = VersionDirectory.of(List.of(second, first));

    assertThat(directory.find("ad-1", Instant.ofEpochSecond(10).minusNanos(1))).isSameAs(first);
    assertThat(directory.find("ad-1", Instant.ofEpochSecond(10))).isSameAs(second);
    assertThat(directory.size()).isEqualTo(1);
  }

  @Test
  void namesTheEntitiesThatDifferInATime() {
    AdVersion open = version("ad-1", 500, 0, null);
    VersionDirectory<AdVersion> before =
        VersionDirectory.of(List.of(open, version("ad-2", 500, 0, null)));
    // ad-1 costs more from 10 on, ad-3 is new, ad-2 is as it was.
    VersionDirectory<AdVersion> after =
        VersionDirectory.of(
            List.of(
                version("ad-1", 500, 0, 10L),
                version("ad-1", 600, 10, null),
                version("ad-2", 500, 0, null),
                version("ad-3", 500, 0, null)));

    assertThat(differences(before, after, 0, 10)).containsExactlyInAnyOrder("ad-3");
    assertThat(differences(before, after, 0, 11)).containsExactlyInAnyOrder("ad-1", "ad-3");
    assertThat(differences(before, after, 12, 13)).containsExactlyInAnyOrder("ad-1", "ad-3");
    assertThat(differences(after, before, 12, 13)).containsExactlyInAnyOrder("ad-1", "ad-3");
    assertThat(differences(before, before, 0, 100)).isEmpty();
  }

  private static Set<String> differences(
      VersionDirectory<AdVersion> one, VersionDirectory<AdVersion> other, long from, long to) {
    return one.differences(other, Instant.ofEpochSecond(from), Instant.ofEpochSecond(to));
  }

  @Test
  void refusesVersionsThatOverlap() {
    assertThatThrownBy(
            () ->
                VersionDirectory.of(
                    List.of(version("ad-1", 500, 0, 11L), version("ad-1", 600, 10, null))))
        .hasMessageStartingWith("versions of ad-1 must not overlap, were ");
  }

  @Test
  void refusesTwoVersionsWithoutAnEnd() {
    assertThatThrownBy(
            () ->
                VersionDirectory.of(
                    List.of(version("ad-1", 500, 0, null), version("ad-1", 600, 10, null))))
        .hasMessageStartingWith("versions of ad-1 must not overlap, were ");
  }

  @Test
  void refusesAVersionNeverValidOrOfNegativePrice() {
    assertThatThrownBy(() -> version("ad-1", 500, 10, 10L))
        .hasMessage(
            "validTo of ad ad-1 must be after validFrom 1970-01-01T00:00:10Z, was"
                + " 1970-01-01T00:00:10Z");
    assertThatThrownBy(() -> version("ad-1", -1, 10, null))
        .hasMessage("cpcMicros of ad ad-1 must be 0 or more, was -1");
  }

  @Test
  void survivesSerialization() {
    AdVersion version = version("ad-1", 500, 0, null);

    VersionDirectory<AdVersion> copy = Serialized.copyOf(VersionDirectory.of(List.of(version)));

    assertThat(copy.at("ad-1", Instant.EPOCH)).contains(version);
  }

  @Provide
  Arbitrary<String> adIds() {
    return Arbitraries.of("a", "b", "c");
  }

  /** For each of two ads: intervals between sorted cuts, some left out, the last perhaps open. */
  @Provide
  Arbitrary<List<AdVersion>> versions() {
    Arbitrary<List<AdVersion>> ofA = versionsOf("a");
    Arbitrary<List<AdVersion>> ofB = versionsOf("b");
    return Combinators.combine(ofA, ofB)
        .as(
            (a, b) -> {
              List<AdVersion> all = new ArrayList<>(a);
              all.addAll(b);
              return all;
            })
        .flatMap(all -> Arbitraries.shuffle(all));
  }

  private static Arbitrary<List<AdVersion>> versionsOf(String adId) {
    return Combinators.combine(
            Arbitraries.longs().between(0, 100).set().ofMaxSize(8),
            Arbitraries.of(true, false).list().ofSize(8),
            Arbitraries.of(true, false))
        .as(
            (cuts, kept, open) -> {
              List<Long> sorted = new ArrayList<>(new TreeSet<>(cuts));
              List<AdVersion> versions = new ArrayList<>();
              for (int i = 0; i + 1 < sorted.size(); i++) {
                if (kept.get(i)) {
                  versions.add(version(adId, i, sorted.get(i), sorted.get(i + 1)));
                }
              }
              if (open && !sorted.isEmpty()) {
                versions.add(version(adId, 99, sorted.get(sorted.size() - 1), null));
              }
              return versions;
            });
  }

  private static AdVersion version(String adId, long cpcMicros, long from, Long to) {
    return new AdVersion(
        adId,
        "campaign-1",
        "advertiser-1",
        cpcMicros,
        "EUR",
        Instant.ofEpochSecond(from),
        to == null ? null : Instant.ofEpochSecond(to));
  }
}
