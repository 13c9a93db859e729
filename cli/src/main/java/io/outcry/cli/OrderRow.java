package io.outcry.cli;

/**
 * One row of an order file: what a peer does. Prices and quantities are decimal text; the market's grid judges them.
 *
 * @param row its number; row 1 follows the header
 * @param timeMs orders the rows, nothing else
 * @param peer who acts, counted from 0
 * @param buy side of a new order
 * @param price decimal text; empty for a cancel
 * @param quantity decimal text; empty for a cancel
 * @param type what to do
 * @param ref the row a cancel cancels; 0 otherwise
 */
record OrderRow(int row, long timeMs, int peer, boolean buy, String price, String quantity, Type type, int ref) {

    enum Type {
        LIMIT,
        IOC,
        FOK,
        POST,
        CANCEL
    }
}
