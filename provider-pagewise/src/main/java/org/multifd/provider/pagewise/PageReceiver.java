package org.multifd.provider.pagewise;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.PageRuns;
import org.multifd.api.PayloadSource;

/** Reads the lengths, checks all of them, then inflates or copies each page to its place. */
final class PageReceiver implements MultiFDReceiver {

    private final String method;
    private final Inflater inflater;
    private final int pageSize;
    private final ByteBuffer beyond = ByteBuffer.allocate(1);

    PageReceiver(PageFormat format, int pageSize) {
        this.method = format.method();
        this.inflater = format.inflater();
        this.pageSize = pageSize;
    }

    @Override
    public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
        int table = pages.pages() * Integer.BYTES;
        if (in.length() == table + pages.bytes()) { // so long are only pages that go as they are
            check(pages.pages(), in.head(table), pages.bytes());
            in.readInto(pages);
            return;
        }
        ByteBuffer payload = in.buffer();
        if (payload.remaining() <= table) {
            throw new MultiFDException(method + ": the payload has " + payload.remaining()
                    + " bytes, expected more than the " + table + " of its " + pages.pages() + " pages' lengths");
        }
        int lengths = payload.position();
        int at = lengths + table;
        check(pages.pages(), payload, payload.limit() - at);
        int page = 0;
        for (int run = 0; run < pages.runs(); run++) {
            ByteBuffer memory = pages.buffer(run);
            int end = memory.limit();
            for (int to = memory.position(); to < end; to += pageSize) {
                int length = payload.getInt(lengths + page * Integer.BYTES);
                page++;
                fill(page, memory.limit(to + pageSize).position(to), payload.limit(at + length).position(at));
                at += length;
            }
        }
    }

    /** @param follow how many bytes follow the lengths */
    private void check(int pages, ByteBuffer lengths, int follow) throws MultiFDException {
        long total = 0;
        for (int page = 1; page <= pages; page++) {
            int length = lengths.getInt(lengths.position() + (page - 1) * Integer.BYTES);
            if (length < 1 || length > pageSize) {
                throw new MultiFDException(method + ": page " + page + " of " + pages + " has "
                        + Integer.toUnsignedLong(length) + " bytes, expected 1 to " + pageSize);
            }
            total += length;
        }
        if (total != follow) {
            throw new MultiFDException(method + ": the lengths of " + pages + " pages are " + total
                    + " bytes together, but " + follow + " follow them");
        }
    }

    private void fill(int number, ByteBuffer page, ByteBuffer from) throws MultiFDException {
        if (from.remaining() == pageSize) {
            page.put(from);
            return;
        }
        inflater.reset();
        inflater.setInput(from);
        try {
            int filled = inflater.inflate(page);
            if (page.hasRemaining()) {
                throw new MultiFDException(method + ": page " + number + " ended after " + filled + " of " + pageSize
                        + " bytes");
            }
            if (inflater.inflate(beyond.clear()) > 0) {
                throw new MultiFDException(method + ": page " + number + " decodes to more than " + pageSize
                        + " bytes");
            }
        } catch (DataFormatException e) {
            throw new MultiFDException(method + ": page " + number + " is corrupt: " + e.getMessage(), e);
        }
        if (!inflater.finished() || from.hasRemaining()) {
            throw new MultiFDException(method + ": page " + number + " " + (inflater.finished()
                    ? "leaves " + from.remaining() + " bytes of its length over" : "has no end within its length"));
        }
    }

    @Override
    public void close() {
        inflater.end();
    }
}
