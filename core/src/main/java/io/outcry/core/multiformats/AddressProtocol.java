package io.outcry.core.multiformats;

import org.jspecify.annotations.Nullable;

/**
 * The protocols an address may be made of.
 *
 * <p><b>Spec</b>: multiformats multiaddr, protocols.csv.
 */
public enum AddressProtocol {
    IP4(4, "ip4", 4),
    TCP(6, "tcp", 2),
    IP6(41, "ip6", 16),
    /** Comes before the ip6 it qualifies. */
    IP6ZONE(42, "ip6zone", AddressProtocol.VARIABLE),
    IPCIDR(43, "ipcidr", 1),
    DNS(53, "dns", AddressProtocol.VARIABLE),
    DNS4(54, "dns4", AddressProtocol.VARIABLE),
    DNS6(55, "dns6", AddressProtocol.VARIABLE),
    DNSADDR(56, "dnsaddr", AddressProtocol.VARIABLE),
    UDP(273, "udp", 2),
    WEBRTC_DIRECT(280, "webrtc-direct", 0),
    WEBRTC(281, "webrtc", 0),
    P2P_CIRCUIT(290, "p2p-circuit", 0),
    UNIX(400, "unix", AddressProtocol.VARIABLE),
    P2P(421, "p2p", AddressProtocol.VARIABLE),
    ONION3(445, "onion3", 37),
    TLS(448, "tls", 0),
    SNI(449, "sni", AddressProtocol.VARIABLE),
    NOISE(454, "noise", 0),
    QUIC(460, "quic", 0),
    QUIC_V1(461, "quic-v1", 0),
    WEBTRANSPORT(465, "webtransport", 0),
    CERTHASH(466, "certhash", AddressProtocol.VARIABLE),
    WS(477, "ws", 0),
    WSS(478, "wss", 0),
    HTTP(480, "http", 0),
    HTTP_PATH(481, "http-path", AddressProtocol.VARIABLE),
    MEMORY(777, "memory", AddressProtocol.VARIABLE);

    /** The size of a value that carries its own length. */
    public static final int VARIABLE = -1;

    private final int code;
    private final String text;
    private final int size;

    AddressProtocol(int code, String text, int size) {
        this.code = code;
        this.text = text;
        this.size = size;
    }

    /** The number in the binary form. */
    public int code() {
        return code;
    }

    /** The name in the text form. */
    public String text() {
        return text;
    }

    /** Bytes of the value: 0 for none, {@link #VARIABLE} if it carries its length. */
    public int size() {
        return size;
    }

    /** By code; null if unknown. */
    static @Nullable AddressProtocol ofCode(long code) {
        for (AddressProtocol protocol : values()) {
            if (protocol.code == code) {
                return protocol;
            }
        }
        return null;
    }

    /** By name, and the old name {@code ipfs} of p2p; null if unknown. */
    static @Nullable AddressProtocol ofText(String text) {
        for (AddressProtocol protocol : values()) {
            if (protocol.text.equals(text)) {
                return protocol;
            }
        }
        return text.equals("ipfs") ? P2P : null;
    }

    @Override
    public String toString() {
        return text;
    }
}
