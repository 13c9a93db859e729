package io.outcry.cli;

import io.outcry.market.MarketSpec;

/** {@code NAME[:tick=0.01,lot=0.00000001]}: a market as the command line names it. */
record MarketArg(String name, String tick, String lot) {

    private static final String TICK = "0.01";
    private static final String LOT = "0.00000001";

    static MarketArg parse(String text) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        if (name.isBlank()) {
            throw new BadArgument("market '" + text + "' has no name: write NAME or NAME:tick=0.01,lot=0.00000001");
        }
        String tick = TICK;
        String lot = LOT;
        if (colon >= 0) {
            for (String part : text.substring(colon + 1).split(",", -1)) {
                if (part.startsWith("tick=")) {
                    tick = part.substring("tick=".length());
                } else if (part.startsWith("lot=")) {
                    lot = part.substring("lot=".length());
                } else {
                    throw new BadArgument(
                            "market '" + text + "' has an unknown setting '" + part + "': tick= and lot= are known");
                }
            }
        }
        return new MarketArg(name, tick, lot);
    }

    MarketSpec spec() {
        try {
            return MarketSpec.of(name, tick, lot);
        } catch (IllegalArgumentException e) {
            throw new BadArgument("market '" + name + ":tick=" + tick + ",lot=" + lot + "': " + e.getMessage());
        }
    }
}
