package org.multifd.cli.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;

/** Standard output that remembers whether its reader has ended: a PrintStream itself keeps no cause. */
public final class StandardOutput extends PrintStream {

    private static final String READER_ENDED = "Broken pipe";

    private final Target target;

    public StandardOutput(OutputStream to, Charset charset) {
        this(new Target(to), charset);
    }

    private StandardOutput(Target target, Charset charset) {
        super(target, true, charset);
        this.target = target;
    }

    static StandardOutput ofThisProcess() {
        String charset = System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding"));
        return new StandardOutput(new FileOutputStream(FileDescriptor.out),
                charset == null ? Charset.defaultCharset() : Charset.forName(charset));
    }

    boolean readerEnded() {
        return target.failure != null && READER_ENDED.equals(target.failure.getMessage());
    }

    /** A whole piece at a time, and the first failure. */
    private static final class Target extends FilterOutputStream {

        private IOException failure;

        Target(OutputStream to) {
            super(to);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                failure = failure == null ? e : failure;
                throw e;
            }
        }
    }
}
