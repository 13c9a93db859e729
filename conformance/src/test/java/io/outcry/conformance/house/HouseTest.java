package io.outcry.conformance.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The shipped classes keep the rules of the house. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HouseTest {

    private JavaClasses house;

    @BeforeAll
    void readTheHouse() {
        house = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.outcry");
    }

    static List<HouseRules.Named> rules() {
        return new HouseRules("io.outcry").all();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void keeps(HouseRules.Named rule) {
        rule.rule().check(house);
    }

    @Test
    void everyRoomWasRead() {
        List<String> rooms = List.of(
                "core", "transport", "discovery", "gossip", "orderbook", "market", "node", "cli", "sim", "testkit");
        for (String room : rooms) {
            assertThat(house).as(room).anyMatch(type -> type.getPackageName().startsWith("io.outcry." + room));
        }
    }
}
