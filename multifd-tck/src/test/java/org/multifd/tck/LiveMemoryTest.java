package org.multifd.tck;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import org.junit.jupiter.api.Test;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.api.PayloadSource;

/** Rule 2.4 must catch a codec that reads page memory twice across a page's edge, and let one pass that copies once. */
class LiveMemoryTest {

    private static final String SEVERAL = "\\d+ of \\d+ pages that did not change arrived wrong: ";

    @Test
    void shouldCatchAZstdFrameMadeFromLiveMemory() {
        caught(new OneShot(false, LiveMemoryTest::zstd, LiveMemoryTest::unzstd));
    }

    @Test
    void shouldCatchAnLz4BlockMadeFromLiveMemory() {
        caught(new OneShot(false, LiveMemoryTest::lz4, LiveMemoryTest::unlz4));
    }

    /** Once is enough on two processors; on one that is shared with others the guest may not get to run. */
    private static void caught(MultiFDMethods methods) {
        RuleResult result = null;
        for (int time = 0; time < 5 && (result == null || result.outcome() != RuleResult.Outcome.FAILED); time++) {
            result = new Conformance(() -> methods).check(Rule.RULE_2_4);
        }
        assertTrue(result.detail().matches(SEVERAL + "packet \\d+, half of the pages being written to, 128 pages of "
                + "4096 bytes, ONE_RUN \\(seed 20190801\\)"), result.line());
    }

    @Test
    void shouldPassTheSameCodecsFromAPrivateCopy() {
        for (MultiFDMethods methods : new MultiFDMethods[] {
            new OneShot(true, LiveMemoryTest::zstd, LiveMemoryTest::unzstd),
            new OneShot(true, LiveMemoryTest::lz4, LiveMemoryTest::unlz4)}) {
            for (RuleResult result : new Conformance(() -> methods).run().results()) {
                assertTrue(result.outcome() != RuleResult.Outcome.FAILED || result.rule() == Rule.RULE_1_7,
                        result.line());
            }
        }
    }

    /** Sends a page as "the same as the one before" if it is when it is looked at: after the one before was copied. */
    static MultiFDMethods sameAsBefore() {
        return new Altered() {
            @Override
            public MultiFDSender sendSetup(MultiFDSendParams params) {
                return new SameAsBefore();
            }

            @Override
            public MultiFDReceiver recvSetup(MultiFDRecvParams params) {
                return new Altered.Receiver() {
                    @Override
                    public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
                        SameAsBefore.restore(pages, in.buffer());
                    }
                };
            }
        };
    }

    private static final class SameAsBefore extends Altered.Sender {
        @Override
        public void prepare(PageRuns pages, Payload out) {
            int size = pages.pageSize();
            ByteBuffer copy = ByteBuffer.allocate(pages.bytes());
            pages.copyTo(copy);
            int page = 0;
            for (int run = 0; run < pages.runs(); run++) {
                ByteBuffer live = pages.buffer(run);
                int start = live.position();
                for (int at = start; at < live.limit(); at += size, page++) {
                    boolean same = at > start && live.slice(at, size).equals(live.slice(at - size, size));
                    out.buffer().put((byte) (same ? 1 : 0));
                    if (!same) {
                        out.buffer().put(copy.slice(page * size, size));
                    }
                }
            }
        }

        static void restore(PageRuns pages, ByteBuffer payload) throws MultiFDException {
            ByteBuffer restored = ByteBuffer.allocate(pages.bytes());
            int size = pages.pageSize();
            while (restored.hasRemaining()) {
                int kind = payload.hasRemaining() ? payload.get() : -1;
                boolean literal = kind == 0 && payload.remaining() >= size;
                if (!literal && (kind != 1 || restored.position() == 0)) {
                    throw new MultiFDException("expected a page, got " + kind + " and " + payload.remaining()
                            + " bytes");
                }
                restored.put(literal ? payload.slice(payload.position(), size)
                        : restored.slice(restored.position() - size, size));
                payload.position(payload.position() + (literal ? size : 0));
            }
            if (payload.hasRemaining()) {
                throw new MultiFDException(payload.remaining() + " bytes over");
            }
            pages.copyFrom(restored.flip());
        }
    }

    private interface Compress {
        int compress(ByteBuffer pages, int at, int length, ByteBuffer out);
    }

    private interface Decompress {
        void decompress(ByteBuffer payload, ByteBuffer out) throws MultiFDException;
    }

    /** One function call for each run, over page memory or over a copy of it. */
    private static final class OneShot extends Altered {
        private final boolean copying;
        private final Compress compress;
        private final Decompress decompress;

        OneShot(boolean copying, Compress compress, Decompress decompress) {
            this.copying = copying;
            this.compress = compress;
            this.decompress = decompress;
        }

        @Override
        public MultiFDSender sendSetup(MultiFDSendParams params) {
            ByteBuffer copy = ByteBuffer.allocateDirect(params.pageCount() * params.pageSize());
            return new Altered.Sender() {
                @Override
                public void prepare(PageRuns pages, Payload out) {
                    if (copying) {
                        copy.clear();
                        pages.copyTo(copy);
                        append(copy.flip(), out.buffer());
                    } else {
                        for (int run = 0; run < pages.runs(); run++) {
                            append(pages.buffer(run), out.buffer());
                        }
                    }
                }
            };
        }

        private void append(ByteBuffer pages, ByteBuffer out) {
            int header = out.position();
            out.putInt(0).putInt(pages.remaining());
            int size = compress.compress(pages, pages.position(), pages.remaining(), out);
            out.putInt(header, size).position(header + 8 + size);
        }

        @Override
        public MultiFDReceiver recvSetup(MultiFDRecvParams params) {
            ByteBuffer restored = ByteBuffer.allocateDirect(params.pageCount() * params.pageSize());
            return new Altered.Receiver() {
                @Override
                public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
                    ByteBuffer payload = in.buffer();
                    restored.clear().limit(pages.bytes());
                    while (payload.remaining() >= 8) {
                        int size = payload.getInt();
                        int length = payload.getInt();
                        if (size < 0 || size > payload.remaining() || length < 0 || length > restored.remaining()) {
                            throw new MultiFDException("a run of " + size + " bytes for " + length);
                        }
                        ByteBuffer part = restored.slice(restored.position(), length);
                        decompress.decompress(payload.slice(payload.position(), size), part);
                        payload.position(payload.position() + size);
                        restored.position(restored.position() + length);
                    }
                    if (payload.hasRemaining() || restored.hasRemaining()) {
                        throw new MultiFDException(payload.remaining() + " bytes over, " + restored.remaining()
                                + " missing");
                    }
                    pages.copyFrom(restored.flip());
                }
            };
        }
    }

    private static int zstd(ByteBuffer pages, int at, int length, ByteBuffer out) {
        return (int) Zstd.compressDirectByteBuffer(out, out.position(), out.remaining(), pages, at, length, 1);
    }

    private static void unzstd(ByteBuffer payload, ByteBuffer out) throws MultiFDException {
        ByteBuffer direct = ByteBuffer.allocateDirect(payload.remaining()).put(payload).flip();
        long size;
        try {
            size = Zstd.decompressDirectByteBuffer(out, 0, out.remaining(), direct, 0, direct.remaining());
        } catch (ZstdException e) {
            throw new MultiFDException("zstd: " + e.getMessage(), e);
        }
        if (size != out.remaining()) {
            throw new MultiFDException("zstd: " + size + " instead of " + out.remaining());
        }
    }

    private static int lz4(ByteBuffer pages, int at, int length, ByteBuffer out) {
        return LZ4Factory.nativeInstance().fastCompressor().compress(pages, at, length, out, out.position(),
                out.remaining());
    }

    private static void unlz4(ByteBuffer payload, ByteBuffer out) throws MultiFDException {
        try {
            int size = LZ4Factory.nativeInstance().safeDecompressor().decompress(payload, 0, payload.remaining(),
                    out, 0, out.remaining());
            if (size != out.remaining()) {
                throw new MultiFDException("lz4: " + size + " instead of " + out.remaining());
            }
        } catch (LZ4Exception e) {
            throw new MultiFDException("lz4: " + e.getMessage(), e);
        }
    }
}
