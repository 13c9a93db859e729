package io.outcry.transport;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/**
 * A family of sockets and the loop that serves them: NIO everywhere, epoll where its native jar is present.
 *
 * @param name for the log
 */
record IoSockets(
        String name,
        IoHandlerFactory loops,
        Class<? extends ServerSocketChannel> server,
        Class<? extends SocketChannel> client,
        Class<? extends DatagramChannel> datagram) {

    /** The best family there is, or NIO if native ones are not wanted. */
    static IoSockets choose(boolean allowNative) {
        return allowNative && Native.isPresent() ? Native.epoll() : nio();
    }

    private static IoSockets nio() {
        return new IoSockets(
                "nio",
                NioIoHandler.newFactory(),
                NioServerSocketChannel.class,
                NioSocketChannel.class,
                NioDatagramChannel.class);
    }

    /** Apart, so that nothing of epoll is loaded where its classes are missing. */
    private static final class Native {

        static boolean isPresent() {
            try {
                // A native library of another version loads, and lacks what the classes gained since. That would show
                // at
                // the first dial, which needs this class.
                return Epoll.isAvailable() && Class.forName("io.netty.channel.unix.Errors") != null;
            } catch (ClassNotFoundException | LinkageError missing) {
                return false;
            }
        }

        static IoSockets epoll() {
            return new IoSockets(
                    "epoll",
                    EpollIoHandler.newFactory(),
                    EpollServerSocketChannel.class,
                    EpollSocketChannel.class,
                    EpollDatagramChannel.class);
        }
    }
}
