package org.multifd.core.fault;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.capture.PlainChannel;
import org.multifd.core.capture.PlainGuest;
import org.multifd.core.capture.PlainMain;
import org.multifd.core.capture.Recorded;

/** How a case ended. */
enum Verdict {
    /** Everything that was sent arrived, and was reported so. */
    CORRECT,
    /** Reported as failed, by the error that it is. */
    REFUSED,
    /** The destination has everything; the source, or the relay, was not told and reported a failure. */
    UNCONFIRMED,
    /** Reported as arrived, and something else did: QEMU's format, or the devices' state, has nothing that tells. */
    UNDETECTABLE,
    /** None of these: a bug. */
    WRONG;

    /** Judges a case that has ended; what is wrong with it goes into the trial's list. */
    static Verdict of(FaultCase one, Trial trial) throws IOException {
        checkError(trial, "destination", trial.destinationError, one.readersErrors());
        checkError(trial, "sender", trial.senderError, one.sendersErrors());
        Verdict verdict = ofOutcome(one, trial);
        if (one.harmless() && verdict != CORRECT) {
            trial.faults.add("received " + verdict + ", expected CORRECT of what is harmless");
        }
        if (verdict == CORRECT && trial.struck && mustFail(one)) {
            trial.faults.add("received a success, expected a failure: bytes were missing");
        }
        return trial.faults.isEmpty() ? verdict : WRONG;
    }

    private static Verdict ofOutcome(FaultCase one, Trial trial) throws IOException {
        if (!trial.received()) {
            boolean sourceIsTold = one.setting().role() == Setting.Role.SOURCE;
            if (trial.senderError == null && (sourceIsTold || cutBeforeTheRelay(one))) {
                trial.faults.add("the " + (sourceIsTold ? "source" : "relay")
                        + " reported success, the destination failed");
            }
            return REFUSED;
        }
        List<String> differences = trial.differences();
        byte[] state = one.setting().link().main.tail();
        boolean stateDiffers = trial.deviceState != null && !Arrays.equals(state, trial.deviceState)
                && !Arrays.equals(SteadyGuest.STATE, trial.deviceState);
        // Between two multifd peers RAM has a checksum: a difference must be noticed, whatever another reader makes of
        // it.
        if (!differences.isEmpty() && (one.setting().link().capture.ours() || !explained(one, trial))) {
            trial.faults.add("reported as received: " + differences);
        }
        if (!differences.isEmpty() || stateDiffers) {
            return UNDETECTABLE;
        }
        return trial.senderError == null ? CORRECT : UNCONFIRMED;
    }

    /**
     * A changed byte is the destination's to notice, and without return path it tells nobody; an end the relay sees
     * itself.
     */
    private static boolean cutBeforeTheRelay(FaultCase one) {
        Fault fault = one.fault();
        return one.setting().role() == Setting.Role.RELAY_IN && fault != null && !fault.back() && fault.kind().ends();
    }

    private static void checkError(Trial trial, String whose, MigrationException error, Set<Kind> right) {
        if (error == null) {
            return;
        }
        boolean cancelled = trial.cancelled && error.kind() == Kind.INTERRUPTED
                && error.getMessage().equals("migration cancelled");
        boolean unknown = error.kind() == Kind.UNKNOWN && whose.equals("sender") && right.contains(Kind.PEER);
        if (!right.contains(error.kind()) && !cancelled && !unknown) {
            trial.faults.add(whose + " failed as " + error.kind() + ", expected " + right + ": " + error.getMessage());
        }
        String message = error.getMessage();
        if (message.chars().anyMatch(c -> c < ' ' || c >= 127) || message.contains("null")
                || message.contains("Exception")
                || message.length() > 1500) {
            trial.faults.add(whose + " failed with no line for a user: " + message);
        }
    }

    /** Whether bytes that matter did not come. */
    private static boolean mustFail(FaultCase one) {
        if (one.fault() == null) {
            return one.order().stream().distinct().count() < one.setting().connections().size();
        }
        Fault fault = one.fault();
        if (fault.back()) {
            return false;
        }
        return fault.kind().ends() && fault.from() < needed(one.setting().link(), fault.connection());
    }

    /** How much of a connection must have arrived: an empty packet behind the last SYNC says nothing. */
    private static long needed(Recorded link, int connection) {
        if (connection == 0) {
            return link.main.bytes.length;
        }
        return link.channels.get(connection - 1).packets.stream()
                .filter(packet -> packet.sync() || packet.normal() + packet.zero() > 0)
                .mapToLong(PlainChannel.Packet::end)
                .max().orElse(0);
    }

    /** Whether a reader of another make reads the same from the changed bytes: then the format cannot tell. */
    private static boolean explained(FaultCase one, Trial trial) throws IOException {
        Fault fault = one.fault();
        if (fault == null || fault.back()) {
            return false;
        }
        Recorded link = one.setting().link();
        if (one.flipsPayload() && !link.capture.method().equals("none")) {
            return true; // a codec may or may not tell, and what it makes of it is its own
        }
        List<PlainGuest> readings = new ArrayList<>();
        for (boolean turned : new boolean[] {false, true}) {
            try {
                readings.add(changed(link, fault, turned));
            } catch (IOException | RuntimeException e) {
                trial.faults.add("the other reader: " + e);
                return false;
            }
        }
        for (String block : readings.get(0).ram.keySet()) {
            byte[] held = trial.held(block);
            for (int page = 0; page < held.length; page += SteadyGuest.PAGE) {
                if (!explained(readings, block, page, held) && !untouched(readings.get(0), block, page, held,
                        trial.untouched())) {
                    trial.faults.add(String.format("page 0x%x of %s is not what the other reader has", page, block));
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean explained(List<PlainGuest> readings, String block, int page, byte[] held) {
        return readings.stream().anyMatch(reading -> {
            byte[] expected = reading.ram.get(block);
            return expected.length == held.length
                    && Arrays.equals(expected, page, page + SteadyGuest.PAGE, held, page, page + SteadyGuest.PAGE);
        });
    }

    private static boolean untouched(PlainGuest reading, String block, int page, byte[] held, byte old) {
        for (int i = page; i < page + SteadyGuest.PAGE; i++) {
            if (held[i] != old) {
                return false;
            }
        }
        return !reading.touched(block, page);
    }

    /** @param turned whether the channels' packets of one round come in the other order: both are right */
    private static PlainGuest changed(Recorded link, Fault fault, boolean turned) throws IOException {
        List<byte[]> connections = new ArrayList<>(link.connections());
        connections.set(fault.connection(), fault.applied(connections.get(fault.connection())));
        List<PlainChannel> channels = new ArrayList<>(connections.stream().skip(1).map(PlainChannel::parse).toList());
        if (turned) {
            Collections.reverse(channels);
        }
        return PlainGuest.of(PlainMain.parse(connections.get(0)), channels, link.capture.method());
    }
}
