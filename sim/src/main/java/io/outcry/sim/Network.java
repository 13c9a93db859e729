package io.outcry.sim;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Places, and frames on their way between them.
 *
 * <p>A frame waits for the sender's uplink, takes the link's latency and some jitter, and arrives in order, unless the
 * {@link LinkProfile} says otherwise. A cut between two places swallows frames at once, as a broken route does; the connection
 * itself is noticed to be dead only after {@link #DEAD_AFTER_NS}.
 *
 * <p><b>Threading</b>: one thread. <b>Ownership</b>: {@link #takeFrame} takes the buffer and releases it when it arrived or was lost.
 */
final class Network {

    /** What one link may have waiting for the uplink before its sender has to pause: a usual socket buffer. */
    static final long LINK_WAITING_BYTES_MAX = 64 << 10;

    /** How long a keep-alive takes to notice that nobody is there. */
    static final long DEAD_AFTER_NS = 10 * World.SECOND;

    private final World world;
    private final RandomGenerator random;
    private final List<Place> places = new ArrayList<>();
    private LinkProfile profile;
    private long framesLost;
    private long framesSent;
    private int groups = 1;

    Network(World world, LinkProfile profile) {
        this.world = world;
        this.profile = profile;
        this.random = world.newRandom();
    }

    private static final class Place {
        final double x;
        final double y;
        final List<Link> links = new ArrayList<>();

        @Nullable
        Endpoint endpoint;

        long uplinkFreeAtNs;
        long sentBytes;
        int group;

        Place(double x, double y) {
            this.x = x;
            this.y = y;
        }

        Endpoint endpoint() {
            Endpoint here = endpoint;
            if (here == null) {
                throw new IllegalStateException("nobody lives there");
            }
            return here;
        }
    }

    /** Adds a place somewhere in the world. */
    int addPlace() {
        places.add(new Place(random.nextDouble(), random.nextDouble()));
        return places.size() - 1;
    }

    int size() {
        return places.size();
    }

    /** Moves somebody in. */
    void moveIn(int place, Endpoint endpoint) {
        places.get(place).endpoint = endpoint;
    }

    /** Who lives at a place. */
    Endpoint endpoint(int place) {
        return places.get(place).endpoint();
    }

    boolean isInhabited(int place) {
        return places.get(place).endpoint != null;
    }

    /** Lets who lives there die without a word: its neighbours notice when their system tells them, one latency later. */
    void die(int place) {
        Place here = places.get(place);
        here.endpoint = null;
        for (Link link : List.copyOf(here.links)) {
            link.open = false;
            here.links.remove(link);
            Link other = link.reverse();
            world.after(link.latencyNs, () -> close(other));
        }
    }

    void setProfile(LinkProfile newProfile) {
        profile = newProfile;
    }

    /** The connections of a place, oldest first. */
    List<Link> links(int place) {
        return places.get(place).links;
    }

    boolean isConnected(int one, int other) {
        for (Link link : places.get(one).links) {
            if (link.remote == other) {
                return true;
            }
        }
        return false;
    }

    boolean isReachable(int one, int other) {
        return places.get(one).group == places.get(other).group;
    }

    /**
     * Connects two places, if both are inhabited, in reach of one another and not connected yet; nor does either still believe
     * in a connection to one who died there.
     */
    boolean connect(int dialler, int listener) {
        if (dialler == listener
                || !isInhabited(dialler)
                || !isInhabited(listener)
                || isConnected(dialler, listener)
                || isConnected(listener, dialler)
                || !isReachable(dialler, listener)) {
            return false;
        }
        long latencyNs = latencyNs(places.get(dialler), places.get(listener));
        Link out = new Link(dialler, listener, latencyNs);
        Link in = new Link(listener, dialler, latencyNs);
        out.outbound = true;
        Link.pair(out, in);
        places.get(dialler).links.add(out);
        places.get(listener).links.add(in);
        places.get(listener).endpoint().onConnected(in, false);
        places.get(dialler).endpoint().onConnected(out, true);
        return true;
    }

    private long latencyNs(Place one, Place other) {
        double distance = Math.hypot(one.x - other.x, one.y - other.y) / Math.sqrt(2);
        double ms = profile.latencyMinMs() + distance * (profile.latencyMaxMs() - profile.latencyMinMs());
        return (long) (ms * World.MS);
    }

    /** Ends a connection; both ends hear of it, this one at once. */
    void disconnect(Link link) {
        Link other = link.reverse();
        close(link);
        world.after(link.latencyNs, () -> close(other));
    }

    private void close(Link link) {
        if (link.open) {
            link.open = false;
            places.get(link.local).links.remove(link);
            places.get(link.local).endpoint().onDisconnected(link);
        }
    }

    /** Puts each place into a group; nothing passes between groups from now on. Connections across die of it later. */
    void partition(int[] groupOfPlace) {
        groups++;
        int cut = groups;
        for (int place = 0; place < places.size(); place++) {
            places.get(place).group = groupOfPlace[place];
        }
        world.after(DEAD_AFTER_NS, () -> {
            if (cut == groups) {
                closeAcrossGroups();
            }
        });
    }

    /** Mends every cut. */
    void heal() {
        groups++;
        for (Place place : places) {
            place.group = 0;
        }
    }

    private void closeAcrossGroups() {
        for (Place place : places) {
            for (Link link : List.copyOf(place.links)) {
                if (!isReachable(link.local, link.remote)) {
                    close(link);
                }
            }
        }
    }

    /** Whether {@code link} takes another frame now; if not, its endpoint hears of room later. */
    boolean hasRoom(Link link) {
        if (link.waitingBytes < LINK_WAITING_BYTES_MAX) {
            return true;
        }
        link.wantsRoom = true;
        return false;
    }

    /** Sends a frame. */
    void takeFrame(Link link, ByteBuf frame) {
        if (!link.open) {
            frame.release();
            return;
        }
        framesSent++;
        Place sender = places.get(link.local);
        int bytes = frame.readableBytes();
        world.note((long) link.local << 32 | link.remote);
        world.note(hashOf(frame));
        sender.sentBytes += bytes;
        long startNs = Math.max(world.nowNs(), sender.uplinkFreeAtNs);
        long leftNs = startNs + bytes * World.SECOND / profile.bytesPerSecond();
        sender.uplinkFreeAtNs = leftNs;
        link.waitingBytes += bytes;
        if (!isReachable(link.local, link.remote) || chance(profile.loss())) {
            framesLost++;
            world.at(leftNs, () -> left(link, bytes));
            frame.release();
            return;
        }
        long arrivalNs = leftNs + link.latencyNs + jitterNs();
        if (chance(profile.reorder())) {
            arrivalNs += jitterNs() + link.latencyNs;
        } else {
            arrivalNs = Math.max(arrivalNs, link.lastArrivalNs);
            link.lastArrivalNs = arrivalNs;
        }
        if (chance(profile.repeat())) {
            world.at(arrivalNs + jitterNs(), new Arrival(link, frame.retain()));
        }
        world.at(leftNs, () -> left(link, bytes));
        world.at(arrivalNs, new Arrival(link, frame));
    }

    private void left(Link link, int bytes) {
        link.waitingBytes -= bytes;
        if (link.wantsRoom && link.open && link.waitingBytes < LINK_WAITING_BYTES_MAX / 2) {
            link.wantsRoom = false;
            places.get(link.local).endpoint().onWritable(link);
        }
    }

    /** A frame on its way, which it owns. */
    private final class Arrival implements World.Holder {
        private final Link link;
        private final ByteBuf frame;

        Arrival(Link link, ByteBuf frame) {
            this.link = link;
            this.frame = frame;
        }

        @Override
        public void run() {
            Link there = link.reverse();
            try {
                if (there.open && isReachable(link.local, link.remote)) {
                    places.get(link.remote).endpoint().onFrame(there, frame);
                } else {
                    framesLost++;
                }
            } finally {
                close();
            }
        }

        @Override
        public void close() {
            frame.release();
        }
    }

    /**
     * Lets something of {@code bytes} bytes arrive at a place outside any connection kept here: on a stream of its own. It
     * suffers what frames suffer, and does not arrive if nobody lives there by then.
     */
    void post(int from, int to, int bytes, Runnable arrival) {
        Place sender = places.get(from);
        world.note((long) from << 32 | to);
        world.note(bytes);
        sender.sentBytes += bytes;
        framesSent++;
        long leftNs = Math.max(world.nowNs(), sender.uplinkFreeAtNs) + bytes * World.SECOND / profile.bytesPerSecond();
        sender.uplinkFreeAtNs = leftNs;
        if (chance(profile.loss())) {
            framesLost++;
            return;
        }
        Runnable guarded = () -> {
            if (isInhabited(to) && isReachable(from, to)) {
                arrival.run();
            } else {
                framesLost++;
            }
        };
        long latencyNs = latencyNs(sender, places.get(to));
        long arrivalNs = leftNs + latencyNs + jitterNs();
        if (chance(profile.repeat())) {
            world.at(arrivalNs + latencyNs + jitterNs(), guarded);
        }
        world.at(chance(profile.reorder()) ? arrivalNs + latencyNs + jitterNs() : arrivalNs, guarded);
    }

    private static long hashOf(ByteBuf frame) {
        long hash = frame.readableBytes();
        int at = frame.readerIndex();
        for (; at + Long.BYTES <= frame.writerIndex(); at += Long.BYTES) {
            hash = hash * 0x9e37_79b9_7f4a_7c15L + frame.getLong(at);
        }
        for (; at < frame.writerIndex(); at++) {
            hash = hash * 31 + frame.getByte(at);
        }
        return hash;
    }

    private boolean chance(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    private long jitterNs() {
        double jitterMs = profile.jitterMs();
        return jitterMs == 0 ? 0 : (long) (-Math.log(1 - random.nextDouble()) * jitterMs * World.MS);
    }

    long sentBytes(int place) {
        return places.get(place).sentBytes;
    }

    long framesLost() {
        return framesLost;
    }

    long framesSent() {
        return framesSent;
    }
}
