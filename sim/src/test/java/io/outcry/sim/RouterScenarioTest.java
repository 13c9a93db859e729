package io.outcry.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.Seeds;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith({LeakCheck.class, Seeds.class})
final class RouterScenarioTest {

    @Test
    void everybodyHearsEverythingWhenNothingHappens(long seed) {
        SimResult result = run(SimOptions.of(Scenario.CALM, 200, seed));
        assertThat(result.delivery()).isEqualTo(1);
        assertThat(result.p50Ms()).isBetween(5.0, 500.0);
    }

    @ParameterizedTest
    @EnumSource(names = {"CHURN", "MARKET"})
    void theSameSeedGivesTheSameRun(Scenario scenario) {
        SimOptions options = SimOptions.of(scenario, scenario == Scenario.MARKET ? 6 : 60, Seeds.pick());
        SimResult first = run(options);
        SimResult second = run(options);
        assertThat(second)
                .usingRecursiveComparison()
                .ignoringFields("wallSeconds")
                .isEqualTo(first);
    }

    /** Another JVM salts its collections and hashes its objects otherwise; nothing of that may reach a run. */
    @ParameterizedTest
    @EnumSource(names = {"CHURN", "MARKET"})
    void theSameSeedGivesTheSameRunInAnotherJvm(Scenario scenario) throws Exception {
        SimOptions options = SimOptions.of(scenario, scenario == Scenario.MARKET ? 6 : 60, Seeds.pick());
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        TraceProgram.class.getName(),
                        scenario.word(),
                        Integer.toString(options.peers()),
                        Long.toString(options.seed()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        SimResult here = run(options);
        String there = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(other.waitFor()).isZero();
        assertThat(there.strip()).isEqualTo("trace " + here.trace());
        assertThat(run(SimOptions.of(scenario, options.peers(), options.seed() + 1))
                        .trace())
                .isNotEqualTo(here.trace());
    }

    @Test
    void thoseWhoStayHearEverythingWhileOthersComeAndGo(long seed) {
        SimResult result = run(SimOptions.of(Scenario.CHURN, 200, seed));
        assertThat(result.delivery()).isGreaterThan(0.999);
    }

    @Test
    void eachHalfOfACutNetworkHearsItsOwnAndAllHearAllAfterwards(long seed) {
        SimResult result = run(SimOptions.of(Scenario.PARTITION, 200, seed));
        assertThat(result.delivery()).isGreaterThan(0.99);
    }

    @Test
    void tradersOnRoutersComeAndGoAndAgree(long seed) {
        SimResult result = run(SimOptions.of(Scenario.MARKET, 14, seed));
        assertThat(result.delivery()).isGreaterThan(0.99);
    }

    @Test
    void lostRepeatedAndOvertakenFramesAreMadeGood(long seed) {
        SimResult result = run(SimOptions.of(Scenario.CALM, 100, seed).withProfile(LinkProfile.ROUGH));
        assertThat(result.delivery()).isGreaterThan(0.999);
    }

    @ParameterizedTest
    @EnumSource(names = {"BURST", "LARGE", "COLDBOOT", "FLASH", "DEGRADE", "CENSOR"})
    void everybodyHearsNearlyEverythingInTrouble(Scenario scenario) {
        SimResult result = run(SimOptions.of(scenario, 60, Seeds.pick()));
        assertThat(result.delivery()).isGreaterThan(0.99);
    }

    private static SimResult run(SimOptions options) {
        SimResult result = Simulation.run(options);
        System.out.println(result);
        return result;
    }
}
