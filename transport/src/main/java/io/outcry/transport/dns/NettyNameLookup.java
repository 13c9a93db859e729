package io.outcry.transport.dns;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/** Asks the servers the system is configured with, by Netty's resolver; {@code /etc/hosts} is honoured. */
public final class NettyNameLookup implements NameLookup {

    /** TXT records read of one answer; an answer of one UDP packet holds far fewer. */
    private static final int RECORDS_MAX = 128;

    /** An answer is kept no longer than this: its server chose the time, and the cache has no other bound. */
    private static final int CACHED_MAX_S = 300;

    private final DnsNameResolver four;
    private final DnsNameResolver six;

    /**
     * @param loop the caller's to close
     * @param sockets the kind of UDP socket that suits the loop
     */
    public NettyNameLookup(EventLoop loop, Class<? extends DatagramChannel> sockets, long timeoutMs) {
        this.four = resolver(loop, sockets, timeoutMs, ResolvedAddressTypes.IPV4_ONLY);
        this.six = resolver(loop, sockets, timeoutMs, ResolvedAddressTypes.IPV6_ONLY);
    }

    private static DnsNameResolver resolver(
            EventLoop loop, Class<? extends DatagramChannel> sockets, long timeoutMs, ResolvedAddressTypes types) {
        return new DnsNameResolverBuilder(loop)
                .datagramChannelType(sockets)
                .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
                .resolvedAddressTypes(types)
                .queryTimeoutMillis(timeoutMs)
                .ttl(0, CACHED_MAX_S)
                .build();
    }

    @Override
    public CompletableFuture<List<InetAddress>> addresses(String name, Family family) {
        CompletableFuture<List<InetAddress>> result = new CompletableFuture<>();
        try {
            (family == Family.IP4 ? four : six).resolveAll(name).addListener(done -> {
                if (done.isSuccess()) {
                    @SuppressWarnings("unchecked")
                    List<InetAddress> found = (List<InetAddress>) done.getNow();
                    result.complete(List.copyOf(found));
                } else {
                    result.completeExceptionally(done.cause());
                }
            });
        } catch (RejectedExecutionException | IllegalArgumentException refused) {
            result.completeExceptionally(refused);
        }
        return result;
    }

    @Override
    public CompletableFuture<List<String>> texts(String name) {
        CompletableFuture<List<String>> result = new CompletableFuture<>();
        try {
            four.resolveAll(new DefaultDnsQuestion(name, DnsRecordType.TXT)).addListener(done -> {
                if (done.isSuccess()) {
                    @SuppressWarnings("unchecked")
                    List<DnsRecord> records = (List<DnsRecord>) done.getNow();
                    result.complete(read(records));
                } else {
                    result.completeExceptionally(done.cause());
                }
            });
        } catch (RejectedExecutionException | IllegalArgumentException refused) {
            result.completeExceptionally(refused);
        }
        return result;
    }

    private static List<String> read(List<DnsRecord> records) {
        List<String> texts = new ArrayList<>();
        for (DnsRecord record : records) {
            if (record instanceof DnsRawRecord raw) {
                if (texts.size() < RECORDS_MAX) {
                    texts.add(join(raw.content()));
                }
                raw.release();
            }
        }
        return texts;
    }

    /** A TXT record is a sequence of strings, each with a length byte. */
    private static String join(ByteBuf content) {
        StringBuilder text = new StringBuilder();
        while (content.isReadable()) {
            int length = Math.min(content.readUnsignedByte(), content.readableBytes());
            text.append(content.readCharSequence(length, StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    @Override
    public void close() {
        four.close();
        six.close();
    }
}
