/**
 * Which protocol shall we speak: multistream-select 1.0 as two machines, one for each end.
 *
 * <pre>
 *   initiator                                     listener
 *     /multistream/1.0.0  /a  [data…] ─────────►    /multistream/1.0.0, /a or na
 *     Agreed(/a)          ◄─────────────────────    Agreed(/a), what follows is the protocol's
 * </pre>
 *
 * The machines read no further than the negotiation: what follows it stays in the caller's buffer. Bytes out are pulled,
 * so that header, proposal and the first data of an optimistic stream leave together.
 */
@NullMarked
package io.outcry.transport.multistream;

import org.jspecify.annotations.NullMarked;
