package org.multifd.tck;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;

/**
 * A method that copies pages and breaks one rule.
 *
 * @param variant what is wrong with it
 * @param rule the only rule that fails
 * @param verdict what the kit says, as a pattern
 * @param maker makes the provider
 */
record Broken(String variant, Rule rule, String verdict, Supplier<MultiFDMethods> maker) implements Subject {

    /** The packets of a long run here; what goes wrong late does so before the last of them. */
    static final int PACKETS = 240;

    static final String ONE_RUN = ", ONE_RUN";

    @Override
    public MultiFDMethods methods() {
        return maker.get();
    }

    @Override
    public int hostileRounds() {
        return 200;
    }

    @Override
    public int budgetSeconds() {
        return Verdict.PATIENCE;
    }

    @Override
    public int packets() {
        return PACKETS;
    }

    /** Those that hang do so in one call, which is not made again: they wait for it once. */
    @Override
    public int deadlineSeconds() {
        return verdict.startsWith("no end") ? 3 : 60;
    }

    void demandCaught() {
        String reason = Verdict.onlyFailureOf(this, rule);
        assertTrue(reason.matches(verdict), reason);
    }

    @Override
    public String toString() {
        return variant + ": " + rule.number();
    }

    /** What {@code prepare} does. */
    @FunctionalInterface
    interface Prepare {
        void prepare(PageRuns pages, Payload out) throws MultiFDException;
    }

    static MultiFDMethods preparing(Prepare prepare) {
        return Altered.sender(params -> new Altered.Sender() {
            @Override
            public void prepare(PageRuns pages, Payload out) throws MultiFDException {
                prepare.prepare(pages, out);
            }
        });
    }

    /** A good sender that also does something each time that it is set up. */
    static MultiFDMethods settingUp(Runnable also) {
        return new Altered() {
            @Override
            public MultiFDSender sendSetup(MultiFDSendParams params) {
                also.run();
                return new Altered.Sender();
            }
        };
    }

    /** Until the kit gives up. */
    static <T> T hang() {
        try {
            new CountDownLatch(1).await();
            return null;
        } catch (InterruptedException e) {
            throw new IllegalStateException("the kit gave up", e);
        }
    }

    static int overflow(int depth) {
        return overflow(depth + 1) + 1;
    }

    static void flipLast(ByteBuffer payload) {
        int last = payload.position() - 1;
        payload.put(last, (byte) ~payload.get(last));
    }
}
