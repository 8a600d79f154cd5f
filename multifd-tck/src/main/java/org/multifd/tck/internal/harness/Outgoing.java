package org.multifd.tck.internal.harness;

import java.util.zip.Deflater;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDSender;
import org.multifd.tck.Rule;

/** A sending channel as core runs it. */
public final class Outgoing implements AutoCloseable {

    private final MultiFDSender sender;
    private final Calls calls;
    private final TestPayload payload;
    private TestPages last;

    public Outgoing(Calls calls, MultiFDMethods methods, ChannelParams params, TestPayload payload) {
        this.calls = calls;
        this.payload = payload;
        try {
            sender = calls.make(params.blame(), "sendSetup", () -> methods.sendSetup(params));
        } catch (RuleFailed e) {
            throw e;
        } catch (Throwable e) {
            throw new RuleFailed(params.blame(), "sendSetup with " + params + " threw " + Words.of(e), e);
        }
        Calls.demandNotInterrupted(Rule.RULE_2_1, "sendSetup");
        if (sender == null) {
            throw new RuleFailed(Rule.RULE_2_1, "sendSetup returned null");
        }
    }

    /** Makes the payload of pages that nobody else writes to. */
    public byte[] prepare(TestPages pages) {
        byte[] made = prepareLive(pages);
        if (pages.changed() >= 0) {
            pages.repair();
            throw new RuleFailed(Rule.RULE_2_5, "prepare wrote to memory that it may only read, for " + pages);
        }
        return made;
    }

    /** Makes the payload of pages that may change meanwhile. */
    public byte[] prepareLive(TestPages pages) {
        payload.clear(pages);
        last = pages;
        Throwable thrown = null;
        pages.lend(true);
        try {
            sender.prepare(pages, payload);
        } catch (Throwable e) {
            thrown = e;
        } finally {
            pages.takeBack();
        }
        pages.demand();
        payload.demand();
        Calls.demandNotInterrupted(Rule.RULE_2_1, "prepare");
        if (thrown != null) {
            Rule blame = incompressible(pages.content()) ? Rule.RULE_2_3 : Rule.RULE_2_2;
            throw new RuleFailed(blame, "prepare threw " + Words.of(thrown) + " for " + pages, thrown);
        }
        return payload.take();
    }

    /** Who cannot take pages that do not shrink breaks another rule than who cannot take pages. */
    private static boolean incompressible(byte[] content) {
        Deflater deflater = new Deflater(1);
        try {
            deflater.setInput(content);
            deflater.finish();
            return deflater.deflate(new byte[2 * content.length]) > content.length * 9L / 10;
        } finally {
            deflater.end();
        }
    }

    /** Ends a round. */
    public void endOfRound() {
        try {
            calls.make(Rule.RULE_2_8, "the sender's endOfRound", () -> {
                sender.endOfRound();
                return null;
            });
        } catch (RuleFailed e) {
            throw e;
        } catch (Throwable e) {
            throw new RuleFailed(Rule.RULE_2_8, "the sender's endOfRound threw " + Words.of(e), e);
        }
        Calls.demandNotInterrupted(Rule.RULE_2_1, "the sender's endOfRound");
    }

    /** Closes as core does; again is allowed. */
    @Override
    public void close() {
        Throwable thrown = null;
        try {
            calls.make(Rule.RULE_4_1, "the sender's close", () -> {
                sender.close();
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
        Calls.demandNotInterrupted(Rule.RULE_2_1, "the sender's close");
        if (thrown != null) {
            throw new RuleFailed(Rule.RULE_4_1, "the sender's close threw " + Words.of(thrown), thrown);
        }
    }
}
