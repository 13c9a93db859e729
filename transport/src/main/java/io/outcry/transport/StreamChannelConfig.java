package io.outcry.transport;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Netty's options, and whether the peer's half-close leaves this half open.
 *
 * <p><b>Threading</b>: any thread.
 */
final class StreamChannelConfig extends DefaultChannelConfig {

    private final StreamChannel streamChannel;
    private volatile boolean allowHalfClosure;

    StreamChannelConfig(StreamChannel channel) {
        super(channel);
        this.streamChannel = channel;
        setAllocator(PooledByteBufAllocator.DEFAULT);
    }

    boolean isAllowHalfClosure() {
        return allowHalfClosure;
    }

    @Override
    public Map<ChannelOption<?>, Object> getOptions() {
        return getOptions(super.getOptions(), ChannelOption.ALLOW_HALF_CLOSURE);
    }

    @Override
    @SuppressWarnings("unchecked") // the option says which type
    public <T> @Nullable T getOption(ChannelOption<T> option) {
        return option == ChannelOption.ALLOW_HALF_CLOSURE
                ? (T) Boolean.valueOf(allowHalfClosure)
                : super.getOption(option);
    }

    @Override
    public <T> boolean setOption(ChannelOption<T> option, T value) {
        if (option == ChannelOption.ALLOW_HALF_CLOSURE) {
            allowHalfClosure = (Boolean) value;
            return true;
        }
        return super.setOption(option, value);
    }

    @Override
    protected void autoReadCleared() {
        streamChannel.autoReadCleared();
    }
}
