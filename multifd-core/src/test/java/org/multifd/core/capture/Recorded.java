package org.multifd.core.capture;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A capture in memory: what crossed its connections, taken apart, and its guest by the independent reader. */
public final class Recorded {

    private static Recorded latest;

    public final Capture capture;
    public final PlainMain main;
    /** In the order in which they arrived. */
    public final List<PlainChannel> channels = new ArrayList<>();
    public final PlainGuest guest;

    private Recorded(Capture capture, List<byte[]> connections) throws IOException {
        this.capture = capture;
        this.main = PlainMain.parse(connections.get(0));
        connections.stream().skip(1).map(PlainChannel::parse).forEach(channels::add);
        this.guest = PlainGuest.of(main, channels, capture.method());
    }

    /** What crossed the connections of a migration just now, main's first. */
    public static Recorded of(String name, String method, List<byte[]> connections) throws IOException {
        return new Recorded(Capture.now(name, method, connections.size() - 1), connections);
    }

    /** The latest one is kept: tests come in groups for each capture. */
    public static synchronized Recorded of(Capture capture) throws IOException {
        if (latest == null || !latest.capture.equals(capture)) {
            latest = new Recorded(capture, IntStream.rangeClosed(0, capture.channels()).mapToObj(capture::connection)
                    .toList());
        }
        return latest;
    }

    PlainChannel channel(int id) {
        return channels.stream().filter(channel -> channel.id == id).findFirst().orElseThrow();
    }

    /** Main, then the channels in the order in which they arrived: as the QEMU connected. */
    public List<byte[]> connections() {
        List<byte[]> list = new ArrayList<>();
        list.add(main.bytes);
        channels.forEach(channel -> list.add(channel.bytes));
        return list;
    }
}
