package org.multifd.tck.internal.harness;

import java.util.Arrays;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.tck.Rule;

/** A receiving channel as core runs it. */
public final class Incoming implements AutoCloseable {

    private final MultiFDReceiver receiver;
    private final Calls calls;
    private final TestSource source;
    private TestPages last;
    private boolean threw;

    public Incoming(Calls calls, MultiFDMethods methods, ChannelParams params, TestSource source) {
        this.calls = calls;
        this.source = source;
        try {
            receiver = calls.make(params.blame(), "recvSetup", () -> methods.recvSetup(params));
        } catch (RuleFailed e) {
            throw e;
        } catch (Throwable e) {
            throw new RuleFailed(params.blame(), "recvSetup with " + params + " threw " + Words.of(e), e);
        }
        Calls.demandNotInterrupted(Rule.RULE_3_1, "recvSetup");
        if (receiver == null) {
            throw new RuleFailed(Rule.RULE_3_1, "recvSetup returned null");
        }
    }

    /** Reads a payload as it was sent, into pages that were made unlike it. */
    public void recv(TestPages pages, byte[] payload, byte[] content, Rule blame) {
        source.load(payload, pages);
        pages.spoil();
        Throwable thrown = attempt(pages);
        if (thrown != null) {
            throw new RuleFailed(blame, "recv threw " + Words.of(thrown) + " for a payload of " + payload.length
                    + " bytes as it was sent, " + pages, thrown);
        }
        String left = source.notUsedUp();
        if (left != null) {
            throw new RuleFailed(Rule.RULE_3_2, "recv " + left + ", as it was sent, " + pages);
        }
        String difference = difference(pages.content(), content, pages.pageSize());
        if (difference != null) {
            throw new RuleFailed(blame, "recv did not restore the pages: " + difference + ", " + pages);
        }
    }

    /** Reads what the source holds, whatever it is. Returns what was thrown, or null. */
    public Throwable attempt(TestPages pages) {
        Throwable thrown = null;
        last = pages;
        pages.lend(false);
        try {
            receiver.recv(pages, source);
        } catch (Throwable e) {
            thrown = e;
            threw = true;
        } finally {
            pages.takeBack();
        }
        pages.demand();
        source.demand();
        Calls.demandNotInterrupted(Rule.RULE_3_1, "recv");
        Rule blame = thrown == null ? Rule.RULE_3_2 : Rule.RULE_3_3;
        if (pages.changedOutside() >= 0) {
            pages.repair();
            throw new RuleFailed(blame, "recv wrote outside the pages it was given, " + pages);
        }
        if (source.overwritten()) {
            throw new RuleFailed(blame, "recv wrote to the payload's memory or beside it: that is only read");
        }
        return thrown;
    }

    static String difference(byte[] got, byte[] expected, int pageSize) {
        int at = Arrays.mismatch(got, expected);
        if (at < 0) {
            return null;
        }
        return at >= Math.min(got.length, expected.length)
                ? "received " + got.length + " bytes, expected " + expected.length
                : "page " + at / pageSize + " differs at byte " + at % pageSize;
    }

    /** Ends a round. */
    public void endOfRound() {
        try {
            calls.make(Rule.RULE_3_7, "the receiver's endOfRound", () -> {
                receiver.endOfRound();
                return null;
            });
        } catch (RuleFailed e) {
            throw e;
        } catch (Throwable e) {
            throw new RuleFailed(Rule.RULE_3_7, "the receiver's endOfRound threw " + Words.of(e), e);
        }
        Calls.demandNotInterrupted(Rule.RULE_3_1, "the receiver's endOfRound");
    }

    /** Closes as core does; again is allowed. */
    @Override
    public void close() {
        Throwable thrown = null;
        try {
            calls.make(Rule.RULE_4_1, "the receiver's close", () -> {
                receiver.close();
                return null;
            });
        } catch (RuleFailed e) {
            throw e;
        } catch (Throwable e) {
            thrown = e;
        }
        if (last != null) {
            last.demand();
        }
        Calls.demandNotInterrupted(Rule.RULE_3_1, "the receiver's close");
        if (thrown != null) {
            throw new RuleFailed(threw ? Rule.RULE_3_6 : Rule.RULE_4_1, "the receiver's close threw " + Words.of(thrown)
                    + (threw ? " after recv had thrown" : ""), thrown);
        }
    }
}
