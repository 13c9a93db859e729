package io.outcry.testkit;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Netty leak detector that knows every open buffer at once, instead of sampling what the garbage collector meets.
 * Netty finds it through {@code -Dio.netty.customResourceLeakDetector}, which the build sets, or through
 * {@link #install()}, if that runs before the first buffer.
 *
 * <p><b>Threading</b>: any thread may open and close buffers; {@link LeakCheck} alone opens and closes scopes.
 *
 * @param <T> the tracked type
 */
public final class LeakDetector<T> extends ResourceLeakDetector<T> {

    /** Buffers of a scope whose place of creation is noted; later ones are only counted, since a stack costs more than a buffer. */
    static final int TRACED_MAX = 50_000;

    /** Netty makes its detectors itself, so the scope in force has to be reachable from everywhere. */
    private static final Scopes SCOPES = new Scopes();

    /** The constructor Netty calls. */
    public LeakDetector(Class<?> resourceType, int samplingInterval) {
        super(resourceType, samplingInterval);
    }

    /** The constructor older Netty called, and today's still wants to find. */
    public LeakDetector(Class<?> resourceType, int samplingInterval, long maxActive) {
        this(resourceType, samplingInterval);
    }

    /** Makes this the detector of every Netty class loaded from now on. */
    static void install() {
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new ResourceLeakDetectorFactory() {
            @Override
            public <R> ResourceLeakDetector<R> newResourceLeakDetector(
                    Class<R> resource, int samplingInterval, long maxActive) {
                return new LeakDetector<>(resource, samplingInterval);
            }
        });
    }

    static Scope openScope(String name) {
        return SCOPES.open(name);
    }

    @Override
    public @Nullable ResourceLeakTracker<T> track(T resource) {
        return trackForcibly(resource);
    }

    @Override
    public @Nullable ResourceLeakTracker<T> trackForcibly(T resource) {
        Scope scope = SCOPES.current;
        return scope == null ? null : scope.track(resource);
    }

    @Override
    public boolean isRecordEnabled() {
        return false;
    }

    private static final class Scopes {
        private volatile @Nullable Scope current;

        synchronized Scope open(String name) {
            Scope scope = new Scope(name, current);
            current = scope;
            return scope;
        }

        synchronized void close(Scope scope) {
            if (current == scope) {
                current = scope.outer;
            }
        }
    }

    /** The buffers opened while one test ran. */
    static final class Scope {
        private final String name;
        private final @Nullable Scope outer;
        private final List<Tracker<?>> traced = new ArrayList<>();
        private int open;
        private int untracedOpen;
        private long opened;

        Scope(String name, @Nullable Scope outer) {
            this.name = name;
            this.outer = outer;
        }

        synchronized <R> ResourceLeakTracker<R> track(R resource) {
            opened++;
            open++;
            if (opened <= TRACED_MAX) {
                Tracker<R> tracker = new Tracker<>(this, resource, traced.size(), new Throwable("made here"));
                traced.add(tracker);
                return tracker;
            }
            untracedOpen++;
            return new Tracker<>(this, resource, -1, null);
        }

        synchronized void closed(Tracker<?> tracker) {
            open--;
            if (tracker.index < 0) {
                untracedOpen--;
            } else {
                Tracker<?> last = traced.remove(traced.size() - 1);
                if (last != tracker) {
                    traced.set(tracker.index, last);
                    last.index = tracker.index;
                }
            }
            notifyAll();
        }

        synchronized long opened() {
            return opened;
        }

        /** Ends the scope, waiting until what other threads are just releasing is released. Returns what leaked, or null. */
        @Nullable
        AssertionError close(long graceMs) {
            SCOPES.close(this);
            synchronized (this) {
                long deadlineNs = System.nanoTime() + graceMs * 1_000_000L;
                List<Tracker<?>> leaks = leaks();
                while (!leaks.isEmpty() || untracedOpen > 0) {
                    long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000L;
                    if (leftMs <= 0) {
                        return describe(leaks);
                    }
                    try {
                        wait(leftMs);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return describe(leaks);
                    }
                    leaks = leaks();
                }
                return null;
            }
        }

        /** A buffer made in a static initialiser is meant to live for ever. */
        private List<Tracker<?>> leaks() {
            List<Tracker<?>> leaks = new ArrayList<>();
            for (Tracker<?> tracker : traced) {
                if (!tracker.madeInStaticInitialiser()) {
                    leaks.add(tracker);
                }
            }
            return leaks;
        }

        private AssertionError describe(List<Tracker<?>> leaks) {
            AssertionError error = new AssertionError((leaks.size() + untracedOpen) + " of " + opened
                    + " buffers made in " + name
                    + " were never released; the suppressed exceptions show where the first were made");
            leaks.stream().limit(5).forEach(leak -> {
                if (leak.origin != null) {
                    error.addSuppressed(leak.origin);
                }
            });
            return error;
        }
    }

    private static final class Tracker<R> implements ResourceLeakTracker<R> {
        private final Scope scope;
        private final int resourceHash;
        private final @Nullable Throwable origin;
        private int index;
        private boolean closed;

        Tracker(Scope scope, R resource, int index, @Nullable Throwable origin) {
            this.scope = scope;
            this.resourceHash = System.identityHashCode(resource);
            this.index = index;
            this.origin = origin;
        }

        @Override
        public void record() {}

        @Override
        public void record(Object hint) {}

        @Override
        public boolean close(R trackedObject) {
            assert resourceHash == System.identityHashCode(trackedObject) : "closed with another object";
            synchronized (scope) {
                if (closed) {
                    return false;
                }
                closed = true;
                scope.closed(this);
                return true;
            }
        }

        boolean madeInStaticInitialiser() {
            if (origin != null) {
                for (StackTraceElement frame : origin.getStackTrace()) {
                    if (frame.getMethodName().equals("<clinit>")) {
                        return true;
                    }
                }
            }
            return false;
        }
    }
}
