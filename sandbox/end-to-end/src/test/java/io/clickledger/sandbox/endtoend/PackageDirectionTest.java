package io.clickledger.sandbox.endtoend;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Inside of a module, dependencies between packages are those of {@link #PACKAGES}, without cycles.
 */
class PackageDirectionTest {
  private static final String OURS = "io.clickledger.";
  private static final JavaClasses CLASSES = Rooms.main();

  /** A package of a module, and the packages of the module that it may know; the root is "". */
  record Part(String module, String name, List<String> mayKnow) {
    static Part of(String module, String name, String... mayKnow) {
      return new Part(module, name, List.of(mayKnow));
    }

    String fullName() {
      return packageOf(name);
    }

    String[] allowed() {
      return Stream.concat(Stream.of(name), mayKnow.stream())
          .map(this::packageOf)
          .toArray(String[]::new);
    }

    private String packageOf(String part) {
      return OURS + module + (part.isEmpty() ? "" : "." + part);
    }

    @Override
    public String toString() {
      return fullName();
    }
  }

  static final List<Part> PACKAGES =
      List.of(
          Part.of("rules", "contract", "web"),
          Part.of("rules", "json", "contract", "web", "money", "privacy", "text"),
          Part.of("rules", "web"),
          Part.of("rules", "text"),
          Part.of("rules", "money"),
          Part.of("rules", "fraud", "text", "web"),
          Part.of("rules", "history", "fraud"),
          Part.of("rules", "pricing", "fraud"),
          Part.of("rules", "privacy", "text"),
          Part.of("lake", ""),
          Part.of("lake", "commit"),
          Part.of("lake", "landed", "commit"),
          Part.of("lake", "migrate"),
          Part.of("lake", "publish", "commit", "migrate"),
          Part.of("lake", "expire", "commit", "landed", "publish"),
          Part.of("metadata", ""),
          Part.of("metadata", "csv"),
          Part.of("metadata", "access"),
          Part.of("metadata", "programs", "", "access", "csv"),
          Part.of("ingestion", "metrics"),
          Part.of("ingestion", "spool", "metrics"),
          Part.of("ingestion", "delivery", "metrics", "spool"),
          Part.of("ingestion", "http", "delivery", "metrics"),
          Part.of("ingestion", "", "delivery", "http", "metrics", "spool"),
          Part.of("streaming", ""),
          Part.of("streaming", "query", ""),
          Part.of("streaming", "land", "", "query"),
          Part.of("streaming", "count", "", "query"),
          Part.of("streaming", "driver", "", "count", "land", "query"),
          Part.of("streaming", "repair", "", "count", "land", "query"),
          Part.of("streaming", "replay.decision"),
          Part.of("streaming", "replay", "", "land", "replay.decision"),
          Part.of("batch", ""),
          Part.of("batch", "quality"),
          Part.of("batch", "billing.input", "", "fraud.behaviour"),
          Part.of("batch", "billing.branch", "billing.input"),
          Part.of("batch", "billing.rollup", "", "billing.branch", "billing.input", "quality"),
          Part.of("batch", "fraud.behaviour"),
          Part.of("batch", "fraud.training", "", "fraud.behaviour"),
          Part.of("batch", "fraud.shadow", "", "billing.input"),
          Part.of(
              "batch",
              "fraud",
              "",
              "billing.branch",
              "billing.input",
              "fraud.behaviour",
              "quality"),
          Part.of(
              "batch", "ledger", "billing.branch", "billing.input", "billing.rollup", "quality"),
          Part.of("batch", "reconcile", "", "billing.input", "quality"),
          Part.of(
              "batch",
              "billing.run",
              "",
              "billing.branch",
              "billing.input",
              "billing.rollup",
              "fraud",
              "ledger",
              "quality",
              "reconcile"),
          Part.of("batch", "audit.offsets", ""),
          Part.of("batch", "billing.compare", "", "billing.input", "billing.rollup"),
          Part.of("batch", "audit.books", "audit.offsets"),
          Part.of(
              "batch",
              "audit",
              "",
              "audit.books",
              "audit.offsets",
              "billing.rollup",
              "billing.run"),
          Part.of("batch", "upkeep", "", "billing.input", "billing.rollup", "billing.run"),
          Part.of("batch", "documents.content"),
          Part.of("batch", "documents.format", "documents.content"),
          Part.of("batch", "documents.books", "documents.content"),
          Part.of(
              "batch", "documents", "", "documents.books", "documents.content", "documents.format"),
          Part.of("serving", "trino"),
          Part.of("serving", "background"),
          Part.of("serving", "access", "background", "reports.query"),
          Part.of("serving", "pins", "trino"),
          Part.of("serving", "reports.query", "parameters"),
          Part.of("serving", "window", "background", "pins", "reports.query", "trino"),
          Part.of("serving", "reports.plan", "pins", "reports.query", "trino", "window"),
          Part.of(
              "serving",
              "reports.answer",
              "access",
              "names",
              "parameters",
              "pins",
              "reports.plan",
              "reports.query"),
          Part.of(
              "serving",
              "restatements",
              "access",
              "pins",
              "reports.query",
              "trino",
              "parameters",
              "names"),
          Part.of("serving", "books", "access", "parameters", "pins", "reports.query", "trino"),
          Part.of("serving", "parameters"),
          Part.of("serving", "names", "background"),
          Part.of(
              "serving",
              "",
              "access",
              "books",
              "names",
              "parameters",
              "pins",
              "reports.answer",
              "reports.plan",
              "reports.query",
              "restatements",
              "trino",
              "window"),
          Part.of("sandbox.parts", "process"),
          Part.of("sandbox.parts", "", "process"),
          Part.of("sandbox.simulator", "traffic"),
          Part.of("sandbox.simulator", "oracle", "traffic"),
          Part.of("sandbox.simulator", "send", "oracle", "traffic"),
          Part.of("sandbox.simulator", "", "oracle", "send", "traffic"),
          Part.of("sandbox.launcher", "folder"),
          Part.of("sandbox.launcher", "platform", "folder"),
          Part.of("sandbox.launcher", "steps", "folder", "platform"),
          Part.of("sandbox.launcher", "supervise", "folder", "platform", "steps"),
          Part.of("sandbox.launcher", "commands", "folder", "platform", "steps", "supervise"),
          Part.of("sandbox.launcher", "jobs", "commands", "folder", "platform", "steps"),
          Part.of("sandbox.launcher", "", "commands", "jobs"));

  @ParameterizedTest
  @FieldSource("PACKAGES")
  void aPackageKnowsOnlyThePackagesThatItMayKnow(Part part) {
    noClasses()
        .that()
        .resideInAPackage(part.fullName())
        .should()
        .dependOnClassesThat(
            resideInAPackage(OURS + part.module() + "..")
                .and(not(resideInAnyPackage(part.allowed())))
                .as("are of %s, but not of %s", part.module(), part.mayKnow()))
        .check(CLASSES);
  }

  @Test
  void packagesAreFreeOfCycles() {
    slices().matching(OURS + "(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void everyPackageOfTheseModulesIsListed() {
    List<String> modules = PACKAGES.stream().map(Part::module).distinct().toList();

    assertThat(PACKAGES.stream().map(Part::fullName))
        .containsExactlyInAnyOrderElementsOf(
            CLASSES.stream()
                .filter(javaClass -> !javaClass.getSimpleName().equals("package-info"))
                .map(JavaClass::getPackageName)
                .filter(name -> modules.stream().anyMatch(module -> isOf(module, name)))
                .distinct()
                .toList());
  }

  private static boolean isOf(String module, String name) {
    return name.equals(OURS + module) || name.startsWith(OURS + module + ".");
  }
}
