package org.multifd.tck.internal.harness;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.ParameterValues;
import org.multifd.api.SharedMaker;
import org.multifd.tck.Rule;

/** What a channel is like, for both directions. A parameter that was not declared is refused, as core does. */
public final class ChannelParams implements MultiFDSendParams, MultiFDRecvParams {

    public static final int PACKET_BYTES = 512 * 1024;
    public static final int PAYLOAD_LIMIT = 1024 * 1024;

    private final int channel;
    private final int pageSize;
    private final Map<String, String> given;
    private final ParameterValues values;
    private final Rule blame;
    private boolean standalone;
    private boolean canTell;
    private byte[] message;
    private Shared shared = new Shared();
    private boolean undeclared;

    /** The blame is for the rule that is broken if a set-up with these fails. */
    public ChannelParams(int channel, int pageSize, List<MethodParameter> declared, Map<String, String> given,
            Rule blame) {
        this.channel = channel;
        this.pageSize = pageSize;
        this.given = given;
        this.values = ParameterValues.of(declared, given);
        this.blame = blame;
    }

    /** The same channel, whose sender told this; null for nothing. */
    public ChannelParams told(byte[] bytes) {
        message = bytes;
        return this;
    }

    /** What the sender's set-up told, or null. */
    byte[] message() {
        return message;
    }

    /** The same channel, which shares what the others with this one share. */
    public ChannelParams sharing(Shared with) {
        shared = with;
        return this;
    }

    @Override
    public <T extends AutoCloseable> T shared(Class<T> type, SharedMaker<T> maker) throws MultiFDException {
        return shared.get(type, maker);
    }

    @Override
    public boolean canTellReceiver() {
        return canTell;
    }

    @Override
    public void tellReceiver(ByteBuffer told) {
        if (!canTell || message != null || told.remaining() < 1 || told.remaining() > SETUP_MESSAGE_LIMIT) {
            throw new IllegalStateException("tellReceiver with " + told.remaining() + " bytes" + (canTell
                    ? message == null ? "" : " for the second time" : " for a method that cannot tell"));
        }
        message = new byte[told.remaining()];
        told.duplicate().get(message);
    }

    @Override
    public ByteBuffer setupMessage() {
        return message == null ? null : ByteBuffer.wrap(message).asReadOnlyBuffer();
    }

    /** The same channel with packets that are each to stand alone. */
    public ChannelParams alone() {
        standalone = true;
        canTell = false; // packets in a file have no set-up to go with
        return this;
    }

    /** The same channel of a method whose sender can tell its receiver something. */
    ChannelParams telling() {
        canTell = true;
        return this;
    }

    Rule blame() {
        return undeclared ? Rule.RULE_5_1 : blame;
    }

    @Override
    public int channel() {
        return channel;
    }

    @Override
    public int pageSize() {
        return pageSize;
    }

    @Override
    public int pageCount() {
        return PACKET_BYTES / pageSize;
    }

    @Override
    public int payloadLimit() {
        return PAYLOAD_LIMIT;
    }

    @Override
    public boolean standalone() {
        return standalone;
    }

    @Override
    public ParameterValues values() {
        return values;
    }

    @Override
    public int parameter(String name) {
        return asked(() -> MultiFDSendParams.super.parameter(name));
    }

    @Override
    public long size(String name) {
        return asked(() -> MultiFDSendParams.super.size(name));
    }

    @Override
    public String text(String name) {
        return asked(() -> MultiFDSendParams.super.text(name));
    }

    @Override
    public Path path(String name) {
        return asked(() -> MultiFDSendParams.super.path(name));
    }

    private <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (IllegalArgumentException e) {
            undeclared = true;
            throw e;
        }
    }

    @Override
    public String toString() {
        return given.isEmpty() ? "no parameters" : given.toString();
    }
}
