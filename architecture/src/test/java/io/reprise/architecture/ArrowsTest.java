package io.reprise.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;

/** The arrows of ARCHITECTURE.md, between modules and between packages. */
@AnalyzeClasses(locations = Modules.class)
class ArrowsTest {
  private static final String[] SERVICES = {"io.reprise.ingest..", "io.reprise.gc.."};
  private static final String JDK = "java..";

  @ArchTest
  static void everyModuleIsSeen(JavaClasses seen) throws IOException {
    assertThat(Modules.classes())
        .isNotEmpty()
        .allSatisfy(directory -> assertThat(directory)
            .as("compiled before this module: ./reprise test builds them all")
            .isDirectory());
  }

  @ArchTest
  static final ArchRule DATASTORE_STANDS_ALONE = classes()
      .that()
      .resideInAPackage("io.reprise.datastore..")
      .should()
      .onlyDependOnClassesThat(resideInAnyPackage(
          JDK,
          "javax.crypto..",
          "io.reprise.datastore..",
          "com.github.luben.zstd..",
          "com.fasterxml.jackson..",
          "org.bouncycastle..",
          "org.jspecify.."))
      .because(
          "the format is shared by services, client and tools: JDK, zstd and the libraries of ADR 2, no framework");

  @ArchTest
  static final ArchRule PROTOCOL_KNOWS_THE_FORMAT_ONLY = classes()
      .that()
      .resideInAPackage("io.reprise.protocol..")
      .should()
      .onlyDependOnClassesThat(resideInAnyPackage(
          JDK,
          "javax..",
          "jdk.net..",
          "io.reprise.protocol..",
          "io.reprise.datastore..",
          "io.netty..",
          "com.fasterxml.jackson..",
          "org.jspecify.."))
      .because("client and services speak it: plain Java and Netty, no framework, no service");

  @ArchTest
  static final ArchRule PLATFORM_KNOWS_THE_FORMAT_ONLY = noClasses()
      .that()
      .resideInAPackage("io.reprise.platform..")
      .should()
      .dependOnClassesThat(resideInAnyPackage(
          "io.reprise.protocol..",
          "io.reprise.ingest..",
          "io.reprise.gc..",
          "io.reprise.service..",
          "io.reprise.cli..",
          "io.reprise.embedded..",
          "io.reprise.bench..",
          "io.quarkus..",
          "io.vertx..",
          "io.netty..",
          "jakarta.."))
      .because("platform is below every service, and runs without a framework");

  @ArchTest
  static final ArchRule SERVICES_DO_NOT_CALL_EACH_OTHER = slices()
      .matching("io.reprise.(*)..")
      .namingSlices("$1")
      .should()
      .notDependOnEachOther()
      .ignoreDependency(
          resideInAnyPackage("io.reprise.."),
          resideInAnyPackage(
              "io.reprise.datastore..",
              "io.reprise.protocol..",
              "io.reprise.platform..",
              "io.reprise.service.."))
      .ignoreDependency(
          resideInAnyPackage("io.reprise.cli..", "io.reprise.bench.."),
          resideInAnyPackage("io.reprise.embedded..", "io.reprise.cli.."))
      .ignoreDependency(
          resideInAPackage("io.reprise.bench.."),
          resideInAnyPackage(
              "io.reprise.gc.references", "io.reprise.gc.sweep", "io.reprise.gc.store"))
      .because("services meet in files and events: each can be stopped, replaced and run alone");

  @ArchTest
  static final ArchRule CLIENT_REACHES_SERVICES_OVER_THE_NETWORK = noClasses()
      .that()
      .resideInAnyPackage("io.reprise.cli..", "io.reprise.embedded..")
      .should()
      .dependOnClassesThat(resideInAnyPackage(SERVICES))
      .because("a command must start in a blink, without a service's libraries");

  /** A package is a feature; two that need each other are one, or lack a third. */
  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES = slices()
      .assignedFrom(new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
          return SliceIdentifier.of(type.getPackageName());
        }

        @Override
        public String getDescription() {
          return "packages";
        }
      })
      .should()
      .beFreeOfCycles()
      .because("what lies in a circle can only be understood and changed at once");
}
