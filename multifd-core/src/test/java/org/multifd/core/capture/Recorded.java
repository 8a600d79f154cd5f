package org.multifd.core.capture;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A capture in memory: what crossed its connections, taken apart, and its guest by the independent reader. */
final class Recorded {

    private static Recorded latest;

    final Capture capture;
    final PlainMain main;
    /** In the order in which they arrived. */
    final List<PlainChannel> channels = new ArrayList<>();
    final PlainGuest guest;

    private Recorded(Capture capture) throws IOException {
        this.capture = capture;
        this.main = PlainMain.parse(capture.connection(0));
        for (int i = 1; i <= capture.channels(); i++) {
            channels.add(PlainChannel.parse(capture.connection(i)));
        }
        this.guest = PlainGuest.of(main, channels, capture.method());
    }

    /** The latest one is kept: tests come in groups for each capture. */
    static synchronized Recorded of(Capture capture) throws IOException {
        if (latest == null || !latest.capture.equals(capture)) {
            latest = new Recorded(capture);
        }
        return latest;
    }

    PlainChannel channel(int id) {
        return channels.stream().filter(channel -> channel.id == id).findFirst().orElseThrow();
    }

    /** Main, then the channels in the order in which they arrived: as the QEMU connected. */
    List<byte[]> connections() {
        List<byte[]> list = new ArrayList<>();
        list.add(main.bytes);
        channels.forEach(channel -> list.add(channel.bytes));
        return list;
    }
}
