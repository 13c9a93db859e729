package io.outcry.transport;

/** Takes the streams that peers open for one protocol. */
@FunctionalInterface
public interface StreamHandler {

    /** A peer opened {@code stream}; called on its event loop. Set a reader before returning or keep the stream. */
    void onStream(Stream stream);
}
