package io.clickledger.sandbox.endtoend;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import org.junit.jupiter.api.Test;

/** Name the concept: a name that fits everything says nothing. */
class NamesTest {
  private static final JavaClasses CLASSES = Rooms.mainAndTests();

  @Test
  void noPackageHasAVagueName() {
    noClasses()
        .should()
        .resideInAnyPackage(
            "..common..",
            "..util..",
            "..utils..",
            "..core..",
            "..shared..",
            "..base..",
            "..impl..",
            "..helper..",
            "..helpers..",
            "..misc..")
        .check(CLASSES);
  }

  @Test
  void noClassHasAVagueName() {
    noClasses()
        .should()
        .haveNameMatching(".*(Utils?|Utilities|Helpers?|Manager|Processor|Impl|Common)")
        .orShould()
        .haveNameMatching(".*[.$](Common|Abstract|Base)[A-Z][A-Za-z]*")
        .check(CLASSES);
  }
}
