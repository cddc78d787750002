package dev.hindsight.cli;

import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rooms and their one-way dependencies: parsers -> replay -> queries -> analyses -> cli. */
@AnalyzeClasses(packages = "dev.hindsight", importOptions = ImportOption.DoNotIncludeTests.class)
final class RoomsTest {

    @ArchTest
    static final ArchRule parsers_know_nothing_but_themselves = noClasses()
            .that()
            .resideInAPackage("dev.hindsight.parsers..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.hindsight.replay..",
                    "dev.hindsight.queries..",
                    "dev.hindsight.analyses..",
                    "dev.hindsight.cli..",
                    "dev.hindsight.sampletraces..",
                    "org.duckdb..",
                    "picocli..");

    @ArchTest
    static final ArchRule replay_knows_parsers_alone = noClasses()
            .that()
            .resideInAPackage("dev.hindsight.replay..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.hindsight.queries..",
                    "dev.hindsight.analyses..",
                    "dev.hindsight.cli..",
                    "dev.hindsight.sampletraces..",
                    "dev.hindsight.parsers.tracedat..",
                    "dev.hindsight.parsers.ringbuffer..",
                    "org.apache.arrow..",
                    "org.duckdb..",
                    "picocli..");

    @ArchTest
    static final ArchRule queries_know_what_comes_before_them = noClasses()
            .that()
            .resideInAPackage("dev.hindsight.queries..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.hindsight.analyses..", "dev.hindsight.cli..", "dev.hindsight.sampletraces..", "picocli..");

    @ArchTest
    static final ArchRule analyses_know_queries_alone = noClasses()
            .that()
            .resideInAPackage("dev.hindsight.analyses..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.hindsight.parsers..",
                    "dev.hindsight.replay..",
                    "dev.hindsight.cli..",
                    "dev.hindsight.sampletraces..",
                    "org.apache.arrow..",
                    "picocli..");

    @ArchTest
    static final ArchRule packages_depend_on_each_other_one_way =
            slices().matching("dev.hindsight.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule names_say_the_job =
            noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl)$");

    @ArchTest
    static final ArchRule classes_are_final_abstract_or_not_classes = classes()
            .that(new DescribedPredicate<JavaClass>("are top-level or nested classes of our own") {
                @Override
                public boolean test(JavaClass c) {
                    return !c.isInterface() && !c.isEnum() && !c.isRecord() && !c.isAnonymousClass();
                }
            })
            .should(be(new DescribedPredicate<JavaClass>("final or abstract") {
                @Override
                public boolean test(JavaClass c) {
                    return c.getModifiers().contains(JavaModifier.FINAL)
                            || c.getModifiers().contains(JavaModifier.ABSTRACT);
                }
            }));

    @ArchTest
    static final ArchRule no_unsafe_and_no_reflection = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("sun.misc..", "java.lang.reflect..", "jdk.internal..");
}
