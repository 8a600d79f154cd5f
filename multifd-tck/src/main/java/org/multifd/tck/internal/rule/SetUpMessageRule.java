package org.multifd.tck.internal.rule;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDSendParams;
import org.multifd.tck.internal.harness.ChannelParams;
import org.multifd.tck.internal.harness.Trial;
import org.multifd.tck.internal.harness.Words;

/** Provider-contract 3.8: what the sender told is hostile to the receiver's set-up. */
final class SetUpMessageRule {

    private static final int ROUNDS = 200;

    private final Trial trial;
    private final MultiFDMethods methods;
    private int refused;
    private int tried;

    private SetUpMessageRule(Trial trial) {
        this.trial = trial;
        this.methods = trial.usable();
    }

    static String check(Trial trial) {
        trial.gate();
        trial.outgoing(trial.params(0, 4096)).close();
        byte[] told = trial.told();
        SetUpMessageRule rule = new SetUpMessageRule(trial);
        rule.receive(null, "no message");
        rule.receive(new byte[] {0}, "a message of one byte");
        rule.random(told == null ? 0 : told.length);
        if (told == null) {
            return "it tells nothing; " + rule.summary();
        }
        for (int length = 1; length < told.length; length += 1 + told.length / 50) {
            rule.receive(Arrays.copyOf(told, length), "the first " + length + " of " + told.length + " bytes");
        }
        rule.receive(Arrays.copyOf(told, MultiFDSendParams.SETUP_MESSAGE_LIMIT), "its message with zeros behind");
        rule.changed(told);
        return "it tells " + told.length + " bytes; " + rule.summary();
    }

    private String summary() {
        return refused + " of " + tried + " others refused";
    }

    private void random(int usual) {
        SplittableRandom random = trial.random(0);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = new byte[round % 2 == 0 && usual > 0 ? usual : 1 + random.nextInt(4096)];
            random.nextBytes(bytes);
            receive(bytes, "a random message of " + bytes.length + " bytes");
        }
    }

    private void changed(byte[] told) {
        SplittableRandom random = trial.random(1);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = told.clone();
            int at = random.nextInt(bytes.length);
            bytes[at] ^= (byte) (1 << random.nextInt(8));
            receive(bytes, "its message with byte " + at + " changed");
        }
    }

    private void receive(byte[] message, String what) {
        trial.watch().enter(() -> "recvSetup with " + what);
        ChannelParams params = trial.params(0, 4096).told(message);
        tried++;
        MultiFDReceiver receiver;
        try {
            receiver = methods.recvSetup(params);
        } catch (MultiFDException e) {
            trial.demand(Words.isOneLine(e.getMessage()), () -> "the exception for " + what
                    + " does not say in one line what is wrong: \"" + e.getMessage() + "\"");
            refused++;
            return;
        } catch (RuntimeException | Error e) {
            throw trial.failed("recvSetup with " + what + " threw", e);
        }
        try {
            receiver.close();
        } catch (RuntimeException | Error e) {
            throw trial.failed("the receiver's close after a set-up with " + what + " threw", e);
        }
    }
}
