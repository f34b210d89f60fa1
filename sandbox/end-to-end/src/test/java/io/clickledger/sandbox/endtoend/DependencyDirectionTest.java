package io.clickledger.sandbox.endtoend;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClasses;
import io.clickledger.programs.JobMain;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Dependencies point one way; what is allowed is {@link #ROOMS}. */
class DependencyDirectionTest {
  private static final String OURS = "io.clickledger.";
  private static final JavaClasses CLASSES = Rooms.main();

  /** A room, named by its package, and the rooms that it may know. */
  record Room(String name, List<String> mayKnow) {
    static Room of(String name, String... mayKnow) {
      return new Room(name, List.of(mayKnow));
    }

    String[] allowedPackages() {
      return Stream.concat(Stream.of(name), mayKnow.stream())
          .map(room -> OURS + room + "..")
          .toArray(String[]::new);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** What a program starts, it starts as a process: the sandbox knows none of the four programs. */
  static final List<Room> ROOMS =
      List.of(
          Room.of("schemas"),
          Room.of("rules"),
          Room.of("settings"),
          Room.of("programs", "settings"),
          Room.of("http"),
          Room.of("metadata", "rules", "settings", "programs"),
          Room.of("lake", "schemas", "settings"),
          Room.of("spark", "rules", "schemas"),
          Room.of("history", "rules", "schemas"),
          Room.of("ingestion", "rules", "settings", "http", "programs"),
          Room.of(
              "streaming",
              "rules",
              "spark",
              "history",
              "schemas",
              "lake",
              "settings",
              "metadata",
              "programs"),
          Room.of(
              "batch",
              "rules",
              "spark",
              "history",
              "schemas",
              "lake",
              "settings",
              "metadata",
              "programs"),
          Room.of("serving", "schemas", "settings", "http", "metadata", "programs"),
          Room.of("sandbox.broker", "rules"),
          Room.of("sandbox.parts"),
          Room.of("sandbox.driver", "sandbox.parts", "metadata", "schemas"),
          Room.of("sandbox.simulator", "rules", "settings"),
          Room.of(
              "sandbox.launcher",
              "sandbox.parts",
              "sandbox.simulator",
              "metadata",
              "rules",
              "settings",
              "programs"));

  @ParameterizedTest
  @FieldSource("ROOMS")
  void aRoomKnowsOnlyTheRoomsThatItMayKnow(Room room) {
    classes()
        .that()
        .resideInAPackage(OURS + room.name() + "..")
        .should()
        .onlyDependOnClassesThat(
            not(resideInAPackage(OURS + "."))
                .or(resideInAnyPackage(room.allowedPackages()))
                .as("are of %s or of %s", room.name(), room.mayKnow()))
        .check(CLASSES);
  }

  @Test
  void everyClassIsInARoom() {
    String[] rooms = ROOMS.stream().map(room -> OURS + room.name() + "..").toArray(String[]::new);

    classes().should().resideInAnyPackage(rooms).check(CLASSES);
  }

  @Test
  void whatARowIsNeedsNothingButJava() {
    classes()
        .that()
        .resideInAPackage(OURS + "schemas..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(OURS + "schemas..", "java..")
        .check(CLASSES);
  }

  @Test
  void rulesKnowNoSparkNoIcebergAndNoKafka() {
    noClasses()
        .that()
        .resideInAPackage(OURS + "rules..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.spark..", "org.apache.iceberg..", "org.apache.kafka..", "scala..")
        .check(CLASSES);
  }

  @Test
  void httpProgramsKnowNoSparkAndNoIceberg() {
    noClasses()
        .that()
        .resideInAnyPackage(OURS + "ingestion..", OURS + "serving..", OURS + "http..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "org.apache.iceberg..", "scala..")
        .check(CLASSES);
  }

  @Test
  void onlyMainAndJobMainReadTheEnvironment() {
    DescribedPredicate<JavaCall<?>> environmentBelowMain =
        DescribedPredicate.describe(
            "System.getenv is called below main",
            call ->
                call.getTargetOwner().isEquivalentTo(System.class)
                    && call.getName().equals("getenv")
                    && !call.getOrigin().getName().equals("main")
                    && !call.getOriginOwner().isEquivalentTo(JobMain.class));

    noClasses()
        .that()
        .resideOutsideOfPackage(OURS + "sandbox..")
        .should()
        .callCodeUnitWhere(environmentBelowMain)
        .check(CLASSES);
  }
}
