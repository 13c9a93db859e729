package io.outcry.market.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.testkit.Seeds;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * The main proof of the replica: seeds by the hundred, each a little world of two to five replicas with random trading,
 * loss, repetition, reordering, partitions, and power failures at any touch of disk or network. The invariants of
 * docs/market-protocol.md section 12 are held at every step and at rest. A failing seed is printed; {@code -Dseed=} replays it alone.
 */
class ChaosTest {

    /** Enough for each build; {@code -Dchaos.seeds=} for a night. */
    private static final int SEEDS = Integer.getInteger("chaos.seeds", 25);

    @Test
    void holdsTheInvariantsWhateverTheWeather() {
        String given = System.getProperty(Seeds.PROPERTY);
        if (given != null && !given.isEmpty()) {
            run(Long.decode(given));
            return;
        }
        int fills = 0;
        int crashes = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            try {
                VirtualWorld world = run(seed);
                fills += world.observer.fills.size();
                crashes += world.peers.stream().mapToInt(peer -> peer.crashes).sum();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("replay with -Dseed=" + seed, e);
            }
        }
        assertThat(fills).isGreaterThan(10 * SEEDS);
        assertThat(crashes).isGreaterThan(SEEDS);
    }

    static VirtualWorld run(long seed) {
        SplittableRandom weather = new SplittableRandom(seed * 31 + 7);
        VirtualWorld world = new VirtualWorld(seed, 2 + weather.nextInt(4));
        boolean cautious = weather.nextInt(3) == 0;
        world.policy = cautious ? CounterpartyPolicy.CAUTIOUS : CounterpartyPolicy.EVEN;
        world.latencyMsMax = 5 + weather.nextInt(200);
        world.syncMsMax = 1 + weather.nextInt(40);
        world.downMsMax = 200 + weather.nextInt(4_000);
        world.startAll();
        world.runMs(1 + weather.nextInt(5_000));
        Trading trading = new Trading(world);
        if (seed % 3 == 0) {
            world.hasLiar = true;
            new Mischief(world, weather.nextLong()).begin();
        }
        for (int spell = 0; spell < 4; spell++) {
            world.loss = weather.nextInt(3) * 0.15;
            world.directLoss = weather.nextInt(3) * 0.2;
            world.repeat = weather.nextInt(3) * 0.2;
            double crash = weather.nextInt(4) * 0.006;
            world.peers.forEach(peer -> peer.crashChance = crash);
            if (weather.nextInt(3) == 0) {
                world.split(world.peer(weather.nextInt(world.peers.size())), 1);
            } else {
                world.heal();
            }
            trading.run(4_000 + weather.nextInt(10_000), 8 + weather.nextInt(60));
            if (weather.nextInt(6) == 0) {
                world.runMs(31_000);
            }
        }
        world.rest(cautious ? 150_000 : 110_000);
        world.checkAtRest();
        return world;
    }

    public static void main(String[] args) {
        long from = Long.parseLong(args[0]);
        long to = Long.parseLong(args[1]);
        int failed = 0;
        for (long seed = from; seed <= to; seed++) {
            try {
                VirtualWorld world = run(seed);
                if (seed % 20 == 0) {
                    System.out.println(seed + " fills " + world.observer.fills.size() + " holds "
                            + world.observer.holds.size() + " orders " + world.observer.orders.size() + " locals "
                            + world.observer.locals.size() + " crashes "
                            + world.peers.stream()
                                    .mapToInt(peer -> peer.crashes)
                                    .sum() + " peers "
                            + world.peers.size());
                }
                if (args.length > 2) {
                    world.peers.forEach(peer -> System.out.println(peer.replica.counters() + " " + peer.notices));
                }
            } catch (AssertionError | RuntimeException e) {
                failed++;
                String text = e.toString();
                System.out.println("SEED " + seed + ": "
                        + (args.length > 2 ? text : text.substring(0, Math.min(2600, text.length()))));
                if (args.length > 2) {
                    e.printStackTrace(System.out);
                }
            }
        }
        System.out.println("failed " + failed);
    }
}
