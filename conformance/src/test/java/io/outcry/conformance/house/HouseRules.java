package io.outcry.conformance.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What {@code docs/architecture.md} says of arrows, machines and names, as rules over compiled classes.
 *
 * <p>The root package is a parameter, so that the rules can be shown a planted house in which each of them is broken.
 */
final class HouseRules {

    /** Who may use whom; a room may always use itself. */
    private static final Map<String, List<String>> ARROWS = arrows();

    /** The libraries of other people each room may use, beside the JDK and jspecify. */
    private static final Map<String, List<String>> LIBRARIES = libraries();

    /** Protocol logic without I/O; a star names the package with its children. */
    private static final List<String> MACHINES = List.of(
            "transport.multistream..",
            "transport.noise..",
            "transport.muxer..",
            "transport.yamux..",
            "transport.mplex..",
            "transport.identify..",
            "transport.ping..",
            "transport.perf..",
            "transport.dial..",
            "transport.limit..",
            "discovery.rendezvous..",
            "gossip.router..",
            "gossip.score..",
            "gossip.cache..",
            "gossip.rpc..",
            "gossip.message..",
            "gossip.outbox..",
            "market",
            "market.replica..",
            "market.journal..",
            "orderbook");

    /** Shells that live beside their machine: what takes its commands from other threads, and what they read. */
    private static final List<String> SHELLS = List.of(
            "orderbook.BookMailbox",
            "orderbook.SharedFrame",
            "market.journal.Journal",
            "market.journal.JournalWriter",
            "market.journal.DiskJournalFile");

    /** Machines that several threads share behind a short lock of their own. */
    private static final List<String> LOCKED = List.of("transport.limit.IpLimits", "market.VerifiedRoots");

    /** What a machine may use of packages that are otherwise about files and sockets: values, and bytes in memory. */
    private static final Set<String> NO_IO = Set.of(
            "java.io.ByteArrayInputStream",
            "java.io.ByteArrayOutputStream",
            "java.io.InputStream",
            "java.io.OutputStream",
            "java.io.IOException",
            "java.io.UncheckedIOException",
            "java.io.Serializable",
            "java.net.InetAddress",
            "java.net.Inet4Address",
            "java.net.Inet6Address",
            "java.net.InetSocketAddress",
            "java.net.UnknownHostException");

    private static final Set<String> CLOCKS_AND_CHANCE = Set.of(
            "java.lang.System.nanoTime",
            "java.lang.System.currentTimeMillis",
            "java.lang.System.identityHashCode",
            "java.lang.Math.random",
            "java.time.Instant.now",
            "java.lang.StrictMath.random",
            "java.time.LocalDate.now",
            "java.time.LocalDateTime.now",
            "java.time.LocalTime.now",
            "java.time.OffsetDateTime.now",
            "java.time.ZonedDateTime.now",
            "java.util.Calendar.getInstance",
            "java.util.random.RandomGenerator.getDefault",
            "java.util.random.RandomGenerator.of",
            "java.security.SecureRandom.getInstance",
            "java.security.SecureRandom.getInstanceStrong",
            "java.util.UUID.randomUUID",
            "java.util.concurrent.ThreadLocalRandom.current");

    private static final List<String> MUTABLE_TYPES = List.of(
            "java.util.ArrayList",
            "java.util.ArrayDeque",
            "java.util.HashMap",
            "java.util.HashSet",
            "java.util.LinkedHashMap",
            "java.util.LinkedHashSet",
            "java.util.TreeMap",
            "java.util.concurrent.ConcurrentHashMap",
            "java.util.concurrent.ConcurrentMap",
            "java.util.concurrent.CopyOnWriteArrayList",
            "java.util.concurrent.ConcurrentLinkedQueue",
            "java.util.concurrent.atomic.AtomicBoolean",
            "java.util.concurrent.atomic.AtomicInteger",
            "java.util.concurrent.atomic.AtomicLong",
            "java.util.concurrent.atomic.AtomicReference",
            "java.util.concurrent.atomic.LongAdder",
            "java.lang.ThreadLocal",
            "java.util.Random",
            "java.util.SplittableRandom");

    private final String root;

    HouseRules(String root) {
        this.root = root;
    }

    /** A rule and the name by which tests and planted violations know it. */
    record Named(String name, ArchRule rule) {
        @Override
        public String toString() {
            return name;
        }
    }

    List<Named> all() {
        List<Named> rules = new ArrayList<>();
        ARROWS.keySet().forEach(room -> rules.add(arrow(room)));
        rules.add(new Named("gossip machines do not know transport", gossipMachinesDoNotKnowTransport()));
        rules.add(new Named("gossip binds to Host and Stream alone", gossipBindsToTransportRootAlone()));
        rules.add(new Named("machines have no channel, thread or log", machinesHaveNoShell()));
        rules.add(new Named("machines touch no file and no socket", machinesTouchNoFileAndNoSocket()));
        rules.add(new Named("machines read no clock and no dice", machinesReadNoClockAndNoDice()));
        rules.add(new Named("machines do not synchronize", machinesDoNotSynchronize()));
        rules.add(new Named("classes are final", classesAreFinal()));
        rules.add(new Named("no mutable statics", noMutableStatics()));
        rules.add(new Named("no rooms without a name", noRoomsWithoutName()));
        rules.add(new Named("no classes without a name", noClassesWithoutName()));
        rules.add(new Named("no I-prefix", noInterfacePrefix()));
        rules.add(new Named("accessors without get", accessorsWithoutGet()));
        rules.add(new Named("libraries do not print or exit", librariesDoNotPrint()));
        return rules;
    }

    private Named arrow(String room) {
        String[] allowed = Stream.concat(
                        Stream.concat(Stream.of(room), ARROWS.getOrDefault(room, List.of()).stream())
                                .map(this::within),
                        Stream.concat(
                                Stream.of("java..", "org.jspecify.."),
                                LIBRARIES.getOrDefault(room, List.of()).stream()))
                .toArray(String[]::new);
        return new Named(
                "arrows of " + room,
                classes()
                        .that()
                        .resideInAPackage(within(room))
                        .should()
                        .onlyDependOnClassesThat(resideInAnyPackage(allowed)
                                .or(describe(
                                        "arrays of primitives",
                                        type -> type.getPackageName().isEmpty())))
                        .allowEmptyShould(true));
    }

    private ArchRule gossipMachinesDoNotKnowTransport() {
        return noClasses()
                .that()
                .resideInAnyPackage(all("gossip.router..", "gossip.score..", "gossip.cache..", "gossip.rpc.."))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(within("transport"))
                .allowEmptyShould(true);
    }

    private ArchRule gossipBindsToTransportRootAlone() {
        return noClasses()
                .that()
                .resideInAPackage(within("gossip"))
                .should()
                .dependOnClassesThat(resideInAnyPackage(within("transport"))
                        .and(not(describe(
                                "in transport itself",
                                type -> type.getPackageName().equals(root + ".transport")))))
                .allowEmptyShould(true);
    }

    private ArchRule machinesHaveNoShell() {
        return noClasses()
                .that(areMachines())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty.channel..", "org.slf4j..", "java.util.concurrent.locks..")
                .orShould()
                .dependOnClassesThat(describe(
                        "own threads or wait for them",
                        type -> Set.of(
                                        "java.lang.Thread",
                                        "java.util.concurrent.Executor",
                                        "java.util.concurrent.ExecutorService",
                                        "java.util.concurrent.Executors",
                                        "java.util.concurrent.ScheduledExecutorService",
                                        "java.util.concurrent.ForkJoinPool",
                                        "java.util.concurrent.CompletableFuture",
                                        "java.util.concurrent.CountDownLatch",
                                        "java.util.concurrent.BlockingQueue",
                                        "java.util.concurrent.ConcurrentHashMap",
                                        "java.util.IdentityHashMap",
                                        "java.util.WeakHashMap",
                                        "java.util.Timer")
                                .contains(type.getFullName())))
                .allowEmptyShould(true);
    }

    private ArchRule machinesTouchNoFileAndNoSocket() {
        return noClasses()
                .that(areMachines())
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "java.io..", "java.net..", "java.nio.channels..", "java.nio.file..", "javax.net..")
                        .and(not(describe("values", type -> NO_IO.contains(type.getFullName())))))
                .allowEmptyShould(true);
    }

    private ArchRule machinesReadNoClockAndNoDice() {
        return noClasses()
                .that(areMachines())
                .should()
                .callCodeUnitWhere(describe(
                        "the clock or chance is asked", call -> CLOCKS_AND_CHANCE.contains(nameOf(call.getTarget()))))
                .orShould()
                .dependOnClassesThat(describe(
                        "clocks and dice",
                        type -> Set.of("java.time.Clock", "java.util.concurrent.ThreadLocalRandom")
                                .contains(type.getFullName())))
                .orShould()
                .callConstructorWhere(describe(
                        "chance is made",
                        call -> Set.of(
                                        "java.util.Date",
                                        "java.util.Random",
                                        "java.util.SplittableRandom",
                                        "java.security.SecureRandom")
                                .contains(call.getTargetOwner().getFullName())))
                .allowEmptyShould(true);
    }

    private ArchRule machinesDoNotSynchronize() {
        return methods()
                .that()
                .areDeclaredInClassesThat(areMachines()
                        .and(not(describe(
                                "shared",
                                type -> LOCKED.stream()
                                        .anyMatch(shared -> type.getFullName().equals(root + "." + shared))))))
                .should()
                .notHaveModifier(JavaModifier.SYNCHRONIZED)
                .allowEmptyShould(true);
    }

    private ArchRule classesAreFinal() {
        return classes()
                .that(describe(
                        "are concrete classes of ours",
                        type -> inHouse(type)
                                && !type.isInterface()
                                && !type.isEnum()
                                && !type.isRecord()
                                && !type.isAnonymousClass()
                                && !type.isAssignableTo(Throwable.class)
                                && !type.getModifiers().contains(JavaModifier.ABSTRACT)
                                && !isGenerated(type)))
                .should()
                .haveModifier(JavaModifier.FINAL)
                .allowEmptyShould(true);
    }

    private ArchRule noMutableStatics() {
        return fields().that(describe(
                        "are static and ours",
                        field -> inHouse(field.getOwner())
                                && field.getModifiers().contains(JavaModifier.STATIC)
                                && !field.getModifiers().contains(JavaModifier.SYNTHETIC)
                                && !isGenerated(field.getOwner())))
                .should(new ArchCondition<JavaField>("be final and of no mutable type") {
                    @Override
                    public void check(JavaField field, ConditionEvents events) {
                        Set<JavaModifier> modifiers = field.getModifiers();
                        boolean mutable = !modifiers.contains(JavaModifier.FINAL)
                                || MUTABLE_TYPES.contains(field.getRawType().getFullName())
                                || (isCollection(field.getRawType()) && makesMutableOnes(field.getOwner()))
                                || (field.getRawType().isArray() && modifiers.contains(JavaModifier.PUBLIC));
                        if (mutable) {
                            events.add(
                                    SimpleConditionEvent.violated(field, field.getFullName() + " is a mutable static"));
                        }
                    }
                })
                .allowEmptyShould(true);
    }

    private static boolean isCollection(JavaClass type) {
        return type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class);
    }

    /** A mutable collection made where the static fields are can be in one of them, whatever that one calls itself. */
    private static boolean makesMutableOnes(JavaClass type) {
        return type.getStaticInitializer().stream()
                .flatMap(initializer -> initializer.getConstructorCallsFromSelf().stream())
                .anyMatch(call -> MUTABLE_TYPES.contains(call.getTargetOwner().getFullName()));
    }

    private ArchRule noRoomsWithoutName() {
        String[] banned = Stream.of(
                        "util", "utils", "common", "commons", "etc", "misc", "impl", "helper", "helpers", "internal")
                .map(word -> root + ".." + word + "..")
                .toArray(String[]::new);
        return noClasses().should().resideInAnyPackage(banned).allowEmptyShould(true);
    }

    private ArchRule noClassesWithoutName() {
        return classes()
                .that(describe("are ours", type -> inHouse(type) && !isGenerated(type)))
                .should()
                .haveNameNotMatching(".*(Impl|Utils?|Helpers?|Common|Misc)(\\$.*)?")
                .allowEmptyShould(true);
    }

    private ArchRule noInterfacePrefix() {
        return classes()
                .that()
                .areInterfaces()
                .should(new ArchCondition<JavaClass>("not begin with I and another capital") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        if (type.getSimpleName().matches("I[A-Z][a-z].*")) {
                            events.add(SimpleConditionEvent.violated(type, type.getFullName() + " has an I-prefix"));
                        }
                    }
                })
                .allowEmptyShould(true);
    }

    private ArchRule accessorsWithoutGet() {
        return methods()
                .that(describe(
                        "are public accessors of ours",
                        method -> inHouse(method.getOwner())
                                && !isGenerated(method.getOwner())
                                && method.getModifiers().contains(JavaModifier.PUBLIC)
                                && method.getRawParameterTypes().isEmpty()
                                && !overridesForeign(method)))
                .should()
                .haveNameNotMatching("get[A-Z].*")
                .allowEmptyShould(true);
    }

    private ArchRule librariesDoNotPrint() {
        return noClasses()
                .that()
                .resideInAnyPackage(
                        all("core..", "transport..", "discovery..", "gossip..", "orderbook..", "market..", "node.."))
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .allowEmptyShould(true);
    }

    private DescribedPredicate<JavaClass> areMachines() {
        return resideInAnyPackage(all(MACHINES.toArray(String[]::new)))
                .and(not(describe(
                        "the shells beside them",
                        type -> SHELLS.stream()
                                .anyMatch(shell -> type.getFullName().equals(root + "." + shell)
                                        || type.getFullName().startsWith(root + "." + shell + "$")))));
    }

    private boolean inHouse(JavaClass type) {
        return type.getPackageName().equals(root) || type.getPackageName().startsWith(root + ".");
    }

    private String within(String room) {
        return root + "." + room + "..";
    }

    private String[] all(String... packages) {
        return Arrays.stream(packages).map(p -> root + "." + p).toArray(String[]::new);
    }

    private static String nameOf(CodeUnitAccessTarget target) {
        return target.getOwner().getFullName() + "." + target.getName();
    }

    /** A method that a type of other people asks for keeps the name they gave it. */
    private boolean overridesForeign(JavaMethod method) {
        return Stream.concat(
                        method.getOwner().getAllRawSuperclasses().stream(),
                        method.getOwner().getAllRawInterfaces().stream())
                .filter(type -> !inHouse(type))
                .flatMap(type -> type.getMethods().stream())
                .filter(other -> other.getRawParameterTypes().isEmpty())
                .map(JavaCodeUnit::getName)
                .anyMatch(method.getName()::equals);
    }

    /** What protoc wrote follows its own habits. */
    private static boolean isGenerated(JavaClass type) {
        boolean generated = Stream.of(
                                "com.google.protobuf.GeneratedFile",
                                "com.google.protobuf.MessageLiteOrBuilder",
                                "com.google.protobuf.MessageLite$Builder",
                                "com.google.protobuf.Internal$EnumLite")
                        .anyMatch(type::isAssignableTo)
                || type.getMethods().stream().map(JavaMember::getName).anyMatch("registerAllExtensions"::equals);
        return generated
                || type.getEnclosingClass().map(HouseRules::isGenerated).orElse(false);
    }

    private static Map<String, List<String>> arrows() {
        Map<String, List<String>> arrows = new LinkedHashMap<>();
        arrows.put("core", List.of());
        arrows.put("orderbook", List.of());
        arrows.put("testkit", List.of());
        arrows.put("transport", List.of("core"));
        arrows.put("discovery", List.of("core", "transport"));
        arrows.put("gossip", List.of("core", "transport"));
        arrows.put("market", List.of("core", "orderbook"));
        arrows.put("sim", List.of("core", "gossip", "market", "orderbook"));
        arrows.put("node", List.of("core", "transport", "discovery", "gossip", "orderbook", "market"));
        arrows.put("cli", List.of("node", "sim", "core", "transport", "discovery", "gossip", "orderbook", "market"));
        return arrows;
    }

    private static Map<String, List<String>> libraries() {
        String buffers = "io.netty.buffer..";
        String references = "io.netty.util..";
        String protobuf = "com.google.protobuf..";
        String queues = "org.jctools..";
        String agrona = "org.agrona..";
        String logging = "org.slf4j..";
        return Map.of(
                "core",
                List.of(buffers, references, protobuf, "org.bouncycastle..", "javax.crypto..", queues),
                "transport",
                List.of("io.netty..", protobuf, queues, agrona, logging),
                "discovery",
                List.of(buffers, references, protobuf, logging),
                "gossip",
                List.of(buffers, references, queues, agrona, logging),
                "orderbook",
                List.of(queues, "com.sun.management.."),
                "market",
                List.of(protobuf),
                "sim",
                List.of(buffers, references, "org.HdrHistogram.."),
                "node",
                List.of(buffers, references, logging),
                "cli",
                List.of(
                        "picocli..",
                        "com.fasterxml.jackson.core..",
                        "com.sun.net.httpserver..",
                        logging,
                        "ch.qos.logback..",
                        "io.micrometer.."),
                "testkit",
                List.of(buffers, references, "org.junit.jupiter.."));
    }
}
