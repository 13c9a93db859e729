package io.outcry.transport.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.transport.muxer.MuxEnd;
import io.outcry.transport.muxer.MuxerError;
import io.outcry.transport.muxer.WindowBudget;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every order in which two ends can write, close and reset one stream, against a model of a dozen lines. */
class YamuxOrdersTest extends YamuxListener {

    private static final int STEPS = 5;

    private enum Step {
        PEER_DATA,
        PEER_EMPTY,
        PEER_FIN,
        PEER_DATA_FIN,
        PEER_RST,
        WRITE,
        CLOSE,
        RESET,
        LEAVE
    }

    /** What should have become of the stream. */
    private static final class Model {
        boolean known = true;
        boolean resetByPeer;
        boolean remoteClosed;
        boolean closing;
        boolean closed;
        boolean broken;
        int received;
        int accepted;
        int left;

        void apply(Step step) {
            switch (step) {
                case PEER_DATA -> data(1);
                case PEER_FIN, PEER_EMPTY -> fin(step == Step.PEER_FIN);
                case PEER_DATA_FIN -> {
                    data(1);
                    fin(!broken);
                }
                case PEER_RST -> {
                    resetByPeer |= known;
                    known = false;
                }
                case WRITE -> accepted += known && !closing ? 1 : 0;
                case CLOSE -> closing |= known;
                case RESET -> known = false;
                case LEAVE -> {
                    left = known ? accepted : left;
                    closed |= known && closing;
                    forgetIfDone();
                }
            }
        }

        private void data(int bytes) {
            broken |= known && remoteClosed;
            received += known && !remoteClosed ? bytes : 0;
        }

        private void fin(boolean flag) {
            remoteClosed |= known && flag;
            forgetIfDone();
        }

        private void forgetIfDone() {
            known &= !(remoteClosed && closed);
        }
    }

    @Test
    void everyOrderEndsAsItShould() {
        tryAll(new ArrayList<>());
    }

    private void tryAll(List<Step> steps) {
        if (steps.size() == STEPS) {
            run(steps);
            return;
        }
        for (Step step : Step.values()) {
            steps.add(step);
            tryAll(steps);
            steps.remove(steps.size() - 1);
        }
    }

    private void run(List<Step> steps) {
        end.close();
        end = end(YamuxParams.builder().keepAliveMs(0), WindowBudget.NONE);
        in(RawFrame.window(SYN, 1, 0));
        MuxEnd.Log log = end.last();
        Model model = new Model();
        for (Step step : steps) {
            boolean knew = model.known;
            boolean closing = model.closing;
            model.apply(step);
            switch (step) {
                case PEER_DATA -> in(RawFrame.data(0, 1, (byte) 1));
                case PEER_EMPTY -> in(RawFrame.data(0, 1));
                case PEER_FIN -> in(RawFrame.window(FIN, 1, 0));
                case PEER_DATA_FIN -> in(RawFrame.data(FIN, 1, (byte) 1));
                case PEER_RST -> in(RawFrame.window(RST, 1, 5));
                case WRITE -> assertThat(end.send(log.handle, new byte[1])).isEqualTo(knew && !closing);
                case CLOSE -> end.muxer.closeWrite(log.handle);
                case RESET -> end.muxer.reset(log.handle, 3);
                case LEAVE -> out();
            }
            if (model.broken) {
                assertThat(end.error).as("%s", steps).isEqualTo(MuxerError.PROTOCOL);
                return;
            }
            assertThat(end.error).as("%s", steps).isNull();
            assertThat(end.muxer.streamCount()).as("%s", steps).isEqualTo(model.known ? 1 : 0);
            assertThat(end.muxer.unconsumedBytes()).isZero();
            assertThat(log.received.size()).isEqualTo(model.received);
            assertThat(log.written).isEqualTo(model.left);
            assertThat(log.remoteClosed).isEqualTo(model.remoteClosed);
            assertThat(log.writeClosed).isEqualTo(model.closed);
            assertThat(log.resetCode).isEqualTo(model.resetByPeer ? 5 : -1);
            assertThat(log.closed).isEqualTo(model.remoteClosed && model.closed && !model.resetByPeer);
        }
        assertThat(out().stream().filter(f -> f.is(WINDOW, RST, 1, 3)).count())
                .as("%s", steps)
                .isEqualTo(resetsOwed(steps));
    }

    /** A reset of ours is said once, if the stream lived, whether or not it left with an earlier step. */
    private static int resetsOwed(List<Step> steps) {
        Model model = new Model();
        int owed = 0;
        for (Step step : steps) {
            if (step == Step.RESET && model.known) {
                owed = 1;
            }
            if (step == Step.LEAVE) {
                owed = 0;
            }
            model.apply(step);
        }
        return owed;
    }
}
