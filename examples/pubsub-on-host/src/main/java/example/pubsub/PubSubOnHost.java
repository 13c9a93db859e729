package example.pubsub;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outcry.core.identity.PeerId;
import io.outcry.gossip.Outcome;
import io.outcry.gossip.PubSub;
import io.outcry.gossip.PubSubListener;
import io.outcry.gossip.PubSubOptions;
import io.outcry.transport.Host;
import io.outcry.transport.HostOptions;
import io.outcry.transport.Stream;
import io.outcry.transport.StreamReader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Two libp2p hosts in one process, over real sockets: one publishes, one listens, and they speak a protocol of ours. */
public final class PubSubOnHost {

    private static final String TOPIC = "news";
    private static final String ECHO = "/example/echo/1.0.0";
    private static final long PATIENCE_S = 20;

    private PubSubOnHost() {}

    /** Runs both. */
    public static void main(String[] args) throws Exception {
        HostOptions options = HostOptions.builder().listen("/ip4/127.0.0.1/tcp/0").build();
        CountDownLatch grafted = new CountDownLatch(1);
        PubSubOptions watched = PubSubOptions.builder()
                .listener(new PubSubListener() {
                    @Override
                    public void onGraft(PeerId peer, String topic, boolean byUs) {
                        grafted.countDown();
                    }
                })
                .build();
        try (Host anna = Host.start(options);
                Host bert = Host.start(HostOptions.builder().build());
                PubSub press = PubSub.start(anna, watched);
                PubSub reader = PubSub.start(bert, PubSubOptions.defaults())) {
            CompletableFuture<String> heard = new CompletableFuture<>();
            press.subscribe(TOPIC, message -> {});
            reader.subscribe(TOPIC, message -> {
                boolean byAnna = message.author().filter(anna.peerId()::equals).isPresent();
                heard.complete(new String(message.data(), UTF_8) + (byAnna ? ", signed by anna" : ", by somebody"));
            });
            bert.connect(anna.peerAddresses().get(0)).get(PATIENCE_S, TimeUnit.SECONDS);
            require(grafted.await(PATIENCE_S, TimeUnit.SECONDS), "the two did not graft each other");

            Outcome outcome = press.publish(TOPIC, "hello".getBytes(UTF_8))
                    .outcome()
                    .get(PATIENCE_S, TimeUnit.SECONDS);
            System.out.println("published: " + outcome.status() + " to " + outcome.written() + " peer");
            System.out.println("bert heard: " + heard.get(PATIENCE_S, TimeUnit.SECONDS));

            anna.handle(ECHO, stream -> stream.reader((from, data) -> from.write(data)));
            System.out.println("anna echoes: " + ask(bert, anna.peerId(), "is anybody there?"));
        }
        System.out.println("closed");
    }

    private static String ask(Host host, PeerId peer, String question) throws Exception {
        byte[] bytes = question.getBytes(UTF_8);
        CompletableFuture<String> answer = new CompletableFuture<>();
        Stream stream = host.newStream(peer, ECHO).get(PATIENCE_S, TimeUnit.SECONDS);
        ByteBuf got = Unpooled.buffer();
        stream.reader(new StreamReader() {
            @Override
            public void onData(Stream from, ByteBuf data) {
                got.writeBytes(data);
                if (got.readableBytes() == bytes.length) {
                    answer.complete(got.toString(UTF_8));
                    from.closeWrite();
                }
            }
        });
        stream.write(Unpooled.wrappedBuffer(bytes));
        return answer.get(PATIENCE_S, TimeUnit.SECONDS);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
