package io.clickledger.rules;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.ibm.icu.text.IDNA;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Locale;

@AnalyzeClasses(
    packages = "io.clickledger.rules",
    importOptions = ImportOption.DoNotIncludeTests.class)
class RulesArePureTest {

  @ArchTest
  static final ArchRule needNothingButJavaAParserAndAMatcher =
      classes()
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                      "io.clickledger.rules..",
                      "java.io",
                      "java.lang..",
                      "java.nio..",
                      "java.security..",
                      "java.time..",
                      "java.util..",
                      "javax.crypto..",
                      "com.fasterxml.jackson.core..",
                      "com.google.re2j..")
                  // Only the spelling of host names, which asks no network.
                  .or(belongToAnyOf(IDNA.class)));

  @ArchTest
  static final ArchRule askNoClock =
      noClasses()
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(LocalDate.class, "now")
          .orShould()
          .callMethod(OffsetDateTime.class, "now")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Clock.class);

  @ArchTest
  static final ArchRule askNoMachine =
      noClasses()
          .should()
          .callMethod(System.class, "getenv", String.class)
          .orShould()
          .callMethod(System.class, "getProperty", String.class)
          .orShould()
          .callMethod(Locale.class, "getDefault")
          .orShould()
          .callMethod(ZoneId.class, "systemDefault")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(SecureRandom.class);

  // %d writes the digits of the default locale.
  @ArchTest
  static final ArchRule formatNoDetail =
      noClasses()
          .that()
          .resideInAPackage("io.clickledger.rules.json")
          .and()
          .doNotHaveSimpleName("ClickWriter")
          .should()
          .callMethod(String.class, "formatted", Object[].class);
}
