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
        return new StandardOutput(new FileOutputStream(FileDescriptor.out), charset("stdout"));
    }

    private static Charset charset(String stream) {
        String charset = System.getProperty(stream + ".encoding", System.getProperty("sun." + stream + ".encoding"));
        return charset == null ? Charset.defaultCharset() : Charset.forName(charset);
    }

    /**
     * Gives whatever else runs in this process, the providers above all, streams of its own: what it prints goes to
     * standard error, so that standard output has the command's results alone, and closing them closes nothing.
     */
    public static void keepForResults() {
        PrintStream error = System.err;
        System.setOut(new Lent(error));
        System.setErr(new Lent(error));
    }

    /** A stream that only its owner closes. */
    private static final class Lent extends PrintStream {

        Lent(PrintStream of) {
            super(of, true, charset("stderr"));
        }

        @Override
        public void close() {
            flush();
        }
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
