package org.slurmctldj;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** Keeps the "never" column of docs/architecture.md. */
class ArchitectureTest {
  private static final JavaClasses CONTROLLER =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.slurmctldj");

  private static void keep(ArchRule rule) {
    rule.allowEmptyShould(false).check(CONTROLLER);
  }

  @Test
  void coreKnowsNoClockNoChanceNoInputOutputAndNoThreads() {
    keep(
        noClasses().that().resideInAPackage("org.slurmctldj.core..")
            .should().dependOnClassesThat().haveFullyQualifiedName("java.util.Random")
            .orShould().dependOnClassesThat().haveFullyQualifiedName("java.security.SecureRandom")
            .orShould().dependOnClassesThat().haveFullyQualifiedName("java.lang.Thread")
            .orShould().dependOnClassesThat().haveFullyQualifiedName("java.time.Clock")
            .orShould().dependOnClassesThat().resideInAnyPackage("java.io..", "java.nio.file..", "java.nio.channels..", "java.net..")
            .orShould().callMethod(System.class, "currentTimeMillis")
            .orShould().callMethod(System.class, "nanoTime")
            .because("apply is deterministic: facts travel inside the command (docs/architecture.md)"));
  }

  @Test
  void coreUsesTheJdkAndNothingElse() {
    keep(
        noClasses().that().resideInAPackage("org.slurmctldj.core..")
            .should().dependOnClassesThat().resideOutsideOfPackages("org.slurmctldj.core..", "java..")
            .because("core must build and simulate without the world"));
  }

  @Test
  void plannersOnlyRead() {
    keep(
        noClasses().that().resideInAPackage("org.slurmctldj.sched..")
            .should().dependOnClassesThat().haveFullyQualifiedName("org.slurmctldj.core.StateStore")
            .orShould().dependOnClassesThat().haveFullyQualifiedName("org.slurmctldj.core.StateMachine")
            .orShould().dependOnClassesThat().resideInAnyPackage("org.slurmctldj.state..", "org.slurmctldj.journal..", "org.slurmctldj.rpc..", "org.slurmctldj.agents..")
            .because("a planner proposes; apply is the only writer of allocations"));
  }

  @Test
  void theJournalHoldsNoPolicy() {
    keep(
        noClasses().that().resideInAPackage("org.slurmctldj.journal..")
            .should().dependOnClassesThat().resideInAnyPackage("org.slurmctldj.rpc..", "org.slurmctldj.sched..", "org.slurmctldj.agents..", "org.slurmctldj.config..")
            .because("it keeps bytes in order"));
  }

  @Test
  void theFrontDoorChangesNothingByItself() {
    keep(
        noClasses().that().resideInAnyPackage("org.slurmctldj.rpc..", "org.slurmctldj.agents..")
            .should().dependOnClassesThat().haveFullyQualifiedName("org.slurmctldj.core.StateStore")
            .orShould().dependOnClassesThat().haveFullyQualifiedName("org.slurmctldj.core.StateMachine")
            .because("every change is a journaled command"));
  }

  @Test
  void oneRoomKnowsTheCloudsLibrary() {
    keep(
        noClasses().that().resideOutsideOfPackage("org.slurmctldj.cloud.ec2..")
            .should().dependOnClassesThat().resideInAPackage("software.amazon..")
            .because("its classes are loaded only once a cloud is configured"));
  }
}
