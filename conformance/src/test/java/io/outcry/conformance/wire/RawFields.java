package io.outcry.conformance.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The fields of a protobuf message by number, in the order they came; a varint is its bytes. */
final class RawFields {

    private final Map<Integer, List<byte[]>> fields = new LinkedHashMap<>();
    private final byte[] message;
    private int at;

    private RawFields(byte[] message) {
        this.message = message;
        while (at < message.length) {
            readField();
        }
    }

    static RawFields of(byte[] message) {
        return new RawFields(message);
    }

    /** Every value of a field; none where it is absent. */
    List<byte[]> all(int number) {
        return fields.getOrDefault(number, List.of());
    }

    /** Every value of a field as text. */
    List<String> texts(int number) {
        return all(number).stream()
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .toList();
    }

    /** The first value of a field that must be there. */
    byte[] first(int number) {
        List<byte[]> values = all(number);
        if (values.isEmpty()) {
            throw new AssertionError("field " + number + " is absent; there are " + fields.keySet());
        }
        return values.get(0);
    }

    /** A field that is a message itself and must be there. */
    RawFields message(int number) {
        return of(first(number));
    }

    /** A varint field; 0 where it is absent. */
    long number(int number) {
        return all(number).isEmpty() ? 0 : new RawFields(first(number), 0).readVarint();
    }

    private RawFields(byte[] varint, int from) {
        this.message = varint;
        this.at = from;
    }

    private void readField() {
        long tag = readVarint();
        int from = at;
        switch ((int) (tag & 7)) {
            case 0 -> readVarint();
            case 2 -> {
                int length = Math.toIntExact(readVarint());
                from = at;
                at += length;
            }
            default -> throw new AssertionError("an unexpected wire type in tag " + tag);
        }
        fields.computeIfAbsent((int) (tag >>> 3), number -> new ArrayList<>())
                .add(Arrays.copyOfRange(message, from, at));
    }

    private long readVarint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = message[at++];
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new AssertionError("a varint without end");
    }
}
