package io.outcry.conformance.planted.node;

import java.util.HashMap;
import java.util.Map;

/** State of everybody. */
final class MutableStatic {
    static int count;
    static final HashMap<String, String> SEEN = new HashMap<>(Map.of());
    static final Map<String, String> NAMED_MAP = new HashMap<>();
    public static final int[] SHOWN = {1};
}
