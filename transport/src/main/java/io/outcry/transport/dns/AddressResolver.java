package io.outcry.transport.dns;

import io.outcry.core.multiformats.AddressProtocol;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.core.multiformats.Multiaddr.Component;
import io.outcry.core.multiformats.MultiaddrException;
import io.outcry.transport.dns.NameLookup.Family;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Turns an address with a name into addresses without.
 *
 * <p>{@code /dns} asks for both families, {@code /dns4} and {@code /dns6} for one; {@code /dnsaddr} reads the TXT records of
 * {@code _dnsaddr.<name>} and goes on with what they say, as far as {@link #DEPTH_MAX}. Of several records those count
 * whose end is the end of the address asked for, for example its {@code /p2p}.
 *
 * <p><b>Threading</b>: {@link #resolve} from any thread; the result may complete on any thread.
 *
 * <p><b>Errors</b>: a branch that fails is left out; the future fails if nothing was found, with the first failure.
 *
 * <p><b>Spec</b>: addressing, dnsaddr; the bounds are go-libp2p's.
 */
public final class AddressResolver {

    /** How often a dnsaddr may lead to another. */
    public static final int DEPTH_MAX = 4;
    /** Addresses one resolution gives; the rest is left out. */
    public static final int ADDRESSES_MAX = 100;
    /** Queries one resolution makes, whatever the records say: records are written by strangers. */
    public static final int QUERIES_MAX = 64;

    private static final String TXT_PREFIX = "_dnsaddr.";
    private static final String TXT_KEY = "dnsaddr=";

    private final NameLookup lookup;
    private final long timeoutMs;

    public AddressResolver(NameLookup lookup, long timeoutMs) {
        this.lookup = lookup;
        this.timeoutMs = timeoutMs;
    }

    /** What the address stands for; an address without a name stands for itself. */
    public CompletableFuture<List<Multiaddr>> resolve(Multiaddr address) {
        Resolution resolution = new Resolution();
        resolution.expand(address, 0);
        return resolution.end().orTimeout(timeoutMs, TimeUnit.MILLISECONDS);
    }

    /** The innermost message of a failed lookup. */
    public static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    /** One resolution: counts branches, gathers what they find. */
    private final class Resolution {

        private final CompletableFuture<List<Multiaddr>> result = new CompletableFuture<>();
        private final Set<Multiaddr> found = new LinkedHashSet<>();
        private Optional<Throwable> failure = Optional.empty();
        private int open = 1;
        private int queries;

        CompletableFuture<List<Multiaddr>> end() {
            branchDone();
            return result;
        }

        synchronized void expand(Multiaddr address, int depth) {
            Component first = address.components().get(0);
            List<Component> rest =
                    address.components().subList(1, address.components().size());
            switch (first.protocol()) {
                case DNS -> {
                    addresses(first.value(), Family.IP6, rest);
                    addresses(first.value(), Family.IP4, rest);
                }
                case DNS4 -> addresses(first.value(), Family.IP4, rest);
                case DNS6 -> addresses(first.value(), Family.IP6, rest);
                case DNSADDR -> records(first.value(), rest, depth);
                default -> keep(address);
            }
        }

        private void addresses(String name, Family family, List<Component> rest) {
            if (!startQuery()) {
                return;
            }
            lookup.addresses(name, family).whenComplete((addresses, failed) -> {
                if (failed != null) {
                    fail(failed);
                } else {
                    addresses.stream().filter(ip -> isOf(ip, family)).forEach(ip -> keep(ip, rest));
                }
                branchDone();
            });
        }

        private void records(String name, List<Component> rest, int depth) {
            if (depth >= DEPTH_MAX) {
                fail(new IllegalStateException("dnsaddr records lead on more than " + DEPTH_MAX + " times"));
                return;
            }
            if (!startQuery()) {
                return;
            }
            lookup.texts(TXT_PREFIX + name).whenComplete((texts, failed) -> {
                if (failed != null) {
                    fail(failed);
                } else {
                    texts.forEach(text -> record(text, rest, depth));
                }
                branchDone();
            });
        }

        private void record(String text, List<Component> rest, int depth) {
            if (!text.startsWith(TXT_KEY)) {
                return;
            }
            try {
                Multiaddr address = Multiaddr.parse(text.substring(TXT_KEY.length()));
                if (endsWith(address, rest)) {
                    expand(address, depth + 1);
                }
            } catch (MultiaddrException notAnAddress) {
                fail(notAnAddress);
            }
        }

        private synchronized boolean startQuery() {
            if (queries >= QUERIES_MAX || found.size() >= ADDRESSES_MAX) {
                return false;
            }
            queries++;
            open++;
            return true;
        }

        private void keep(InetAddress ip, List<Component> rest) {
            try {
                keep(join(ip, rest));
            } catch (MultiaddrException tooLong) {
                // It was as long as can be with a name that is shorter than the number it stands for.
                fail(tooLong);
            }
        }

        private synchronized void keep(Multiaddr address) {
            if (found.size() < ADDRESSES_MAX) {
                found.add(address.withoutPeer());
            }
        }

        private synchronized void fail(Throwable cause) {
            if (failure.isEmpty()) {
                failure = Optional.of(cause);
            }
        }

        private void branchDone() {
            List<Multiaddr> all;
            Optional<Throwable> why;
            synchronized (this) {
                if (--open > 0) {
                    return;
                }
                all = List.copyOf(found);
                why = failure;
            }
            if (all.isEmpty() && why.isPresent()) {
                result.completeExceptionally(why.get());
            } else {
                result.complete(all);
            }
        }
    }

    private static boolean isOf(InetAddress ip, Family family) {
        return family == Family.IP4 ? ip instanceof Inet4Address : ip instanceof Inet6Address;
    }

    private static boolean endsWith(Multiaddr address, List<Component> end) {
        int size = address.components().size();
        return size > end.size()
                && address.components().subList(size - end.size(), size).equals(end);
    }

    private static Multiaddr join(InetAddress ip, List<Component> rest) {
        Component first = Multiaddr.ofTcp(new InetSocketAddress(ip, 0)).components().stream()
                .filter(component ->
                        component.protocol() == AddressProtocol.IP4 || component.protocol() == AddressProtocol.IP6)
                .findFirst()
                .orElseThrow();
        List<Component> all = new ArrayList<>(rest.size() + 1);
        all.add(first);
        all.addAll(rest);
        return Multiaddr.of(all);
    }
}
