package io.outcry.discovery.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.outcry.discovery.rendezvous.RendezvousMessage.Discover;
import io.outcry.discovery.rendezvous.RendezvousMessage.DiscoverResponse;
import io.outcry.discovery.rendezvous.RendezvousMessage.Register;
import io.outcry.discovery.rendezvous.RendezvousMessage.RegisterResponse;
import io.outcry.discovery.rendezvous.RendezvousMessage.Unregister;
import io.outcry.discovery.rendezvous.oracle.Oracle;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.Hex;
import io.outcry.testkit.Mutations;
import io.outcry.testkit.Seeds;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Seeds.class)
class RendezvousCodecTest {

    private static final List<RendezvousStatus> STATUSES = List.of(RendezvousStatus.values());

    static RendezvousMessage any(RandomGenerator random) {
        String namespace = "n".repeat(random.nextInt(3)) + random.nextInt(100);
        byte[] bytes = Bytes.any(random, 300);
        long number = random.nextLong() >>> random.nextInt(64);
        RendezvousStatus status = STATUSES.get(random.nextInt(STATUSES.size()));
        return switch (random.nextInt(5)) {
            case 0 -> new Register(namespace, bytes, number);
            case 1 -> new RegisterResponse(status, namespace, number);
            case 2 -> new Unregister(namespace);
            case 3 -> new Discover(random.nextBoolean() ? "" : namespace, number, bytes);
            default ->
                new DiscoverResponse(
                        IntStream.range(0, random.nextInt(5))
                                .mapToObj(i -> new Register(namespace + i, Bytes.any(random, 200), i))
                                .toList(),
                        bytes,
                        status,
                        namespace);
        };
    }

    private static byte[] byOracle(RendezvousMessage message) {
        Oracle.Message.Builder out = Oracle.Message.newBuilder();
        if (message instanceof Register register) {
            out.setType(Oracle.Message.MessageType.REGISTER).setRegister(byOracle(register));
        } else if (message instanceof RegisterResponse response) {
            var body = Oracle.Message.RegisterResponse.newBuilder()
                    .setStatus(Oracle.Message.ResponseStatus.forNumber(
                            response.status().code()))
                    .setStatusText(response.text());
            if (response.ttlS() != 0) {
                body.setTtl(response.ttlS());
            }
            out.setType(Oracle.Message.MessageType.REGISTER_RESPONSE).setRegisterResponse(body);
        } else if (message instanceof Unregister unregister) {
            out.setType(Oracle.Message.MessageType.UNREGISTER)
                    .setUnregister(Oracle.Message.Unregister.newBuilder().setNs(unregister.namespace()));
        } else if (message instanceof Discover discover) {
            var body = Oracle.Message.Discover.newBuilder();
            if (!discover.namespace().isEmpty()) {
                body.setNs(discover.namespace());
            }
            if (discover.limit() != 0) {
                body.setLimit(discover.limit());
            }
            if (discover.cookie().length > 0) {
                body.setCookie(ByteString.copyFrom(discover.cookie()));
            }
            out.setType(Oracle.Message.MessageType.DISCOVER).setDiscover(body);
        } else if (message instanceof DiscoverResponse response) {
            var body = Oracle.Message.DiscoverResponse.newBuilder()
                    .setCookie(ByteString.copyFrom(response.cookie()))
                    .setStatus(Oracle.Message.ResponseStatus.forNumber(
                            response.status().code()))
                    .setStatusText(response.text());
            response.registrations().forEach(r -> body.addRegistrations(byOracle(r)));
            out.setType(Oracle.Message.MessageType.DISCOVER_RESPONSE).setDiscoverResponse(body);
        }
        return out.build().toByteArray();
    }

    private static Oracle.Message.Register.Builder byOracle(Register register) {
        var body = Oracle.Message.Register.newBuilder()
                .setNs(register.namespace())
                .setSignedPeerRecord(ByteString.copyFrom(register.signedRecord()));
        return register.ttlS() == 0 ? body : body.setTtl(register.ttlS());
    }

    @Test
    void writesWhatTheGeneratedClassesWriteAndReadsItBack(RandomGenerator random) {
        for (int i = 0; i < 3_000; i++) {
            RendezvousMessage message = any(random);
            byte[] bytes = RendezvousCodec.encode(message);
            assertThat(bytes).isEqualTo(byOracle(message));
            RendezvousMessage read = Objects.requireNonNull(RendezvousCodec.decode(bytes));
            assertThat(read).hasSameClassAs(message);
            assertThat(RendezvousCodec.encode(read)).isEqualTo(bytes);
        }
    }

    @Test
    void readsNothingTheGeneratedClassesRefuse(RandomGenerator random) {
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = Mutations.of(random, RendezvousCodec.encode(any(random)));
            RendezvousMessage message = RendezvousCodec.decode(bytes);
            if (message == null) {
                continue;
            }
            read++;
            try {
                assertThat(Oracle.Message.parseFrom(bytes)).isNotNull();
            } catch (InvalidProtocolBufferException e) {
                // The generated classes look into bodies of other types as well; ours does not need them.
                assertThat(e).hasMessageNotContaining("null");
            }
        }
        assertThat(read).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // no type
                "0800", // no body
                "08001a00", // a body of another type
                "08051a00", // unknown type
                "08ffffffffffffffffff0112", // negative type
                "0800120a0a", // cut off
                "08001204" + "0a02ffff", // namespace not UTF-8
                "0800120c", // length beyond the end
                "080012070affffffff0f", // namespace of 4 GiB
                "08001203" + "0c0c0c" // groups
            })
    void whatIsNoMessageIsNull(String hex) {
        assertThat(RendezvousCodec.decode(Hex.bytes(hex))).isNull();
    }

    @Test
    void partsAreMeasuredBeforeTheyAreKept() {
        byte[] record = new byte[RendezvousLimits.RECORD_LENGTH_MAX + 1];
        assertThat(RendezvousCodec.decode(RendezvousCodec.encode(new Register("n", record, 1))))
                .isNull();
        assertThat(RendezvousCodec.decode(RendezvousCodec.encode(new Register("n".repeat(511), new byte[1], 1))))
                .isNull();
        assertThat(RendezvousCodec.decode(RendezvousCodec.encode(new Register("n".repeat(256), new byte[1], 1))))
                .as("too long a name is read, so that it can be answered")
                .isInstanceOf(Register.class);
        assertThat(RendezvousCodec.decode(RendezvousCodec.encode(new Discover("n", 1, new byte[1_025]))))
                .isNull();
        Register small = new Register("n", new byte[1], 1);
        assertThat(RendezvousCodec.decode(RendezvousCodec.encode(
                        new DiscoverResponse(Collections.nCopies(1_001, small), new byte[1], RendezvousStatus.OK, ""))))
                .isNull();
        assertThat(RendezvousCodec.decode(RendezvousCodec.encode(
                        new DiscoverResponse(Collections.nCopies(1_000, small), new byte[1], RendezvousStatus.OK, ""))))
                .isInstanceOf(DiscoverResponse.class);
    }

    @Test
    void aStrangersTextIsFitForALog() {
        RegisterResponse read = (RegisterResponse) Objects.requireNonNull(
                RendezvousCodec.decode(RendezvousCodec.encode(new RegisterResponse(
                        RendezvousStatus.UNAVAILABLE, "no\nMISBEHAVING_PEER peer=x" + "y".repeat(999), 0))));
        assertThat(read.text()).startsWith("no?MISBEHAVING").hasSizeLessThanOrEqualTo(256);
        assertThat(read.status()).isEqualTo(RendezvousStatus.UNAVAILABLE);
        assertThat(RendezvousStatus.ofCode(12345)).isEqualTo(RendezvousStatus.INTERNAL_ERROR);
    }
}
