package io.outcry.testkit;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One number replays a random test.
 *
 * <p>{@code @ExtendWith(Seeds.class)} gives a test method its {@link RandomGenerator} (or, as {@code long}, the seed) as a
 * parameter and prints the seed when the test fails; {@code -Dseed=N} takes it back. Without the extension,
 * {@link #pick()} does the choosing and the printing.
 *
 * <p><b>Threading</b>: the generators are for one thread.
 */
public final class Seeds implements ParameterResolver, AfterTestExecutionCallback {

    /** The system property that replays a run. */
    public static final String PROPERTY = "seed";

    private static final Namespace NAMESPACE = Namespace.create(Seeds.class);

    /** The seed of {@code -Dseed=}, else a fresh one; printed at once. */
    public static long pick() {
        long seed = choose();
        System.out.println("-Dseed=" + seed);
        return seed;
    }

    /** The generator every test of the house uses for a seed. */
    public static RandomGenerator random(long seed) {
        return new SplittableRandom(seed);
    }

    private static long choose() {
        @Nullable String given = System.getProperty(PROPERTY);
        // Short enough to be typed again.
        return given == null || given.isEmpty() ? System.nanoTime() & 0xffff_ffffL : Long.decode(given);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == RandomGenerator.class || type == long.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        long seed = context.getStore(NAMESPACE)
                .computeIfAbsent("seed", key -> new Chosen(choose()), Chosen.class)
                .seed();
        return parameter.getParameter().getType() == long.class ? (Object) seed : random(seed);
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        Chosen chosen = context.getStore(NAMESPACE).get("seed", Chosen.class);
        if (chosen != null && context.getExecutionException().isPresent()) {
            System.out.println(context.getRequiredTestClass().getSimpleName() + "." + context.getDisplayName()
                    + " failed; replay it with -Dseed=" + chosen.seed());
        }
    }

    private record Chosen(long seed) {}
}
