package io.outcry.gossip.outbox;

/** Follows the copies of one publish: each ends as written or as dropped, once. */
public interface WriteTicket {

    /** The copy for one peer left; called by whoever polled the frame, when its bytes were handed to the socket. */
    void onWritten();

    /** The copy for one peer was lost before it left: no room, or the peer went. */
    void onDropped();
}
