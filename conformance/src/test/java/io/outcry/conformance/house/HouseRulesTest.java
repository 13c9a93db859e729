package io.outcry.conformance.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each rule objects to the house in which it is broken, and to nothing else there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HouseRulesTest {

    private static final String ROOT = "io.outcry.conformance.planted";

    private JavaClasses planted;

    @BeforeAll
    void readThePlantedHouse() {
        planted = new ClassFileImporter().importPackages(ROOT);
    }

    @ParameterizedTest
    @CsvSource({
        "arrows of core, core.BadArrow",
        "arrows of core, core.BadLibrary",
        "gossip binds to Host and Stream alone, gossip.Reaches",
        "gossip machines do not know transport, gossip.router.KnowsTransport",
        "'machines have no channel, thread or log', gossip.router.OwnsThread",
        "'machines have no channel, thread or log', market.replica.OwnsFuture",
        "'machines have no channel, thread or log', transport.mplex.OwnsChannel",
        "machines touch no file and no socket, market.replica.ReadsFile",
        "machines touch no file and no socket, transport.mplex.OpensSocket",
        "machines read no clock and no dice, market.replica.ReadsClock",
        "machines read no clock and no dice, gossip.cache.AsksTheDate",
        "machines read no clock and no dice, gossip.cache.RollsDice",
        "machines read no clock and no dice, transport.noise.RollsSecureDice",
        "machines do not synchronize, orderbook.Locks",
        "classes are final, node.NotFinal",
        "no mutable statics, node.MutableStatic.count",
        "no mutable statics, node.MutableStatic.SEEN",
        "no mutable statics, node.MutableStatic.NAMED_MAP",
        "no mutable statics, node.MutableStatic.SHOWN",
        "no rooms without a name, node.util.Anything",
        "no classes without a name, node.OrderImpl",
        "no I-prefix, node.IBook",
        "accessors without get, node.Getter",
        "libraries do not print or exit, gossip.Prints",
    })
    void objects(String rule, String culprit) {
        assertThat(objectionsOf(rule)).anyMatch(line -> line.contains(ROOT + "." + culprit));
    }

    @Test
    void noRuleObjectsToTheHonestClass() {
        List<String> objections = new HouseRules(ROOT)
                .all().stream()
                        .flatMap(rule -> objectionsOf(rule.name()).stream())
                        .toList();
        assertThat(objections).noneMatch(line -> line.startsWith("Class <" + ROOT + ".transport.Honest>"));
    }

    @Test
    void everyKindOfRuleIsPlanted() throws NoSuchMethodException {
        CsvSource source = HouseRulesTest.class
                .getDeclaredMethod("objects", String.class, String.class)
                .getAnnotation(CsvSource.class);
        Set<String> rules = new HouseRules(ROOT)
                .all().stream().map(HouseRules.Named::name).collect(Collectors.toCollection(TreeSet::new));
        // One room stands for the arrows of all: they come from one table and one method.
        rules.removeIf(rule -> rule.startsWith("arrows of ") && !rule.equals("arrows of core"));
        Stream.of(source.value())
                .map(line -> line.substring(0, line.lastIndexOf(','))
                        .replace("'", "")
                        .strip())
                .forEach(rules::remove);
        assertThat(rules).isEmpty();
    }

    private List<String> objectionsOf(String name) {
        HouseRules.Named rule = new HouseRules(ROOT)
                .all().stream().filter(r -> r.name().equals(name)).findFirst().orElseThrow();
        return rule.rule().evaluate(planted).getFailureReport().getDetails();
    }
}
