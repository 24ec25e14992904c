package io.reprise.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;

/** House rules that hold for every class, whoever wrote it. */
@AnalyzeClasses(locations = Modules.class)
class HouseRulesTest {
  private static final String[] LIBRARIES = {
    "io.reprise.datastore..", "io.reprise.protocol..", "io.reprise.platform.."
  };

  @ArchTest
  static void everyPackageIsNullMarked(JavaClasses classes) {
    assertThat(classes.stream()
            .map(JavaClass::getPackage)
            .filter(p -> !p.getClasses().isEmpty() && !p.getName().endsWith("jmh_generated"))
            .distinct())
        .as(
            "a type says whether it may be null, and NullAway checks it, only in a package that says so")
        .isNotEmpty()
        .allMatch(p -> p.tryGetAnnotationOfType(NullMarked.class).isPresent());
  }

  @ArchTest
  static final ArchRule NAMES_ARE_NOUNS_OF_THE_FIELD = noClasses()
      .should()
      .haveNameMatching(".*(Util|Utils|Utility|Helper|Manager|Impl|Common)")
      .because("such a name hides a noun: find it");

  @ArchTest
  static final ArchRule LIBRARIES_SAY_NOTHING_BY_THEMSELVES = noClasses()
      .that()
      .resideInAnyPackage(LIBRARIES)
      .should(ACCESS_STANDARD_STREAMS)
      .orShould()
      .dependOnClassesThat()
      .resideInAnyPackage("java.util.logging..", "org.slf4j..", "org.jboss.logging..")
      .because("whoever calls them knows where a message belongs: they throw, or tell a listener");

  @ArchTest
  static final ArchRule NOTHING_REFLECTS = noClasses()
      .that()
      .resideInAnyPackage(LIBRARIES)
      .should()
      .dependOnClassesThat()
      .resideInAPackage("java.lang.reflect..")
      .orShould()
      .callMethod(Class.class, "forName", String.class)
      .because("native executables know only what was registered when they were built");

  @ArchTest
  static final ArchRule SYSTEM_CALLS_OF_THE_DATASTORE_LIE_IN_ONE_PLACE = noClasses()
      .that()
      .resideInAPackage("io.reprise.datastore..")
      .and()
      .resideOutsideOfPackage("io.reprise.datastore.os")
      .should()
      .dependOnClassesThat()
      .resideInAPackage("java.lang.foreign..")
      .because("a downcall needs its entry in the native metadata, and a test that finds it");
}
