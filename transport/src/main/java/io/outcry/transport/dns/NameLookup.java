package io.outcry.transport.dns;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Asks the DNS.
 *
 * <p><b>Threading</b>: called on the host's thread, never blocks; the future may complete on any thread.
 *
 * <p><b>Errors</b>: a name that does not exist, or a server that does not answer, fails the future.
 */
public interface NameLookup extends AutoCloseable {

    /** Which records to ask for. */
    enum Family {
        IP4,
        IP6
    }

    /** The A or AAAA records of a name. */
    CompletableFuture<List<InetAddress>> addresses(String name, Family family);

    /** The TXT records of a name, the strings of one record joined. */
    CompletableFuture<List<String>> texts(String name);

    @Override
    default void close() {}
}
