package org.multifd.core.capture;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A guest's RAM put together from a whole migration's bytes without any of core's code. */
public final class PlainGuest {

    private static final int PAGE = 4096;

    /** Each block's bytes, in the main stream's order. */
    public final Map<String, byte[]> ram = new LinkedHashMap<>();
    /** How many different pages came with bytes, and how many only as zero. */
    public final int distinctNormal;
    public final int distinctZero;

    private final Set<String> normal = new HashSet<>();
    private final Set<String> zero = new HashSet<>();

    private PlainGuest(PlainMain main, List<PlainChannel> channels, String method) throws IOException {
        main.blocks.forEach((name, length) -> ram.put(name, new byte[length]));
        Map<PlainChannel, PlainCodec> codecs = new HashMap<>();
        channels.forEach(channel -> codecs.put(channel, PlainCodec.of(method, channel)));
        for (int round = 0; round <= main.marks(); round++) {
            for (PlainMain.Record record : main.records) {
                if (record.round() == round) {
                    page(record.block(), record.offset(), record.position() < 0 ? null : main.bytes, record.position());
                }
            }
            for (PlainChannel channel : channels) {
                for (PlainChannel.Packet packet : channel.packets) {
                    if (packet.round() == round) {
                        packet(channel, packet, codecs.get(channel));
                    }
                }
            }
        }
        zero.removeAll(normal);
        distinctNormal = normal.size();
        distinctZero = zero.size();
    }

    /** @param method what its channels are encoded with */
    public static PlainGuest of(PlainMain main, List<PlainChannel> channels, String method) throws IOException {
        return new PlainGuest(main, channels, method);
    }

    /** Whether anything came for a page. */
    public boolean touched(String block, int offset) {
        return normal.contains(block + offset) || zero.contains(block + offset);
    }

    private void packet(PlainChannel channel, PlainChannel.Packet packet, PlainCodec codec) throws IOException {
        byte[] pages = new byte[packet.normal() * PAGE];
        if (packet.normal() > 0) {
            codec.decode(channel.bytes, packet.position() + PlainChannel.HEADER, packet.payload(), pages);
        }
        for (int i = 0; i < packet.offsets().length; i++) {
            page(packet.block(), packet.offsets()[i], i < packet.normal() ? pages : null, i * PAGE);
        }
    }

    private void page(String block, long offset, byte[] from, int position) {
        byte[] to = ram.get(block);
        int at = Math.toIntExact(offset);
        (from == null ? zero : normal).add(block + at);
        if (from == null) {
            Arrays.fill(to, at, at + PAGE, (byte) 0);
        } else {
            System.arraycopy(from, position, to, at, PAGE);
        }
    }
}
