/**
 * Names in addresses: {@code /dns}, {@code /dns4}, {@code /dns6} and {@code /dnsaddr}.
 *
 * <pre>
 *   /dnsaddr/example.org/p2p/X ─► AddressResolver ─► TXT _dnsaddr.example.org ─► /dns4/a.example.org/tcp/4001/p2p/X
 *                                      ▲   depth ≤ 4, addresses ≤ 100                      │
 *                                      └───────────────────────────────────────────────────┘ ─► /ip4/…/tcp/4001
 * </pre>
 */
@NullMarked
package io.outcry.transport.dns;

import org.jspecify.annotations.NullMarked;
