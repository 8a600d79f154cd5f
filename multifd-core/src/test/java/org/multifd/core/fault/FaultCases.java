package org.multifd.core.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.multifd.core.capture.PlainChannel;
import org.multifd.core.capture.Recorded;
import org.multifd.core.fault.Fault.Kind;

/** Every interesting byte of a setting's connections, and what can happen there. */
final class FaultCases {

    /** Fields of a packet's header, wire-format 3, and of an init packet. */
    private static final int[] HEADER_FIELDS = {0, 4, 8, 11, 12, 15, 16, 19, 20, 22, 23, 24, 32, 35, 36, 64, 66, 319,
            320, 326, 327};
    private static final int[] INIT_FIELDS = {0, 4, 8, 23, 24, 25, 32, 33, 63};
    private static final long RETURN_MESSAGE = 8;

    private final Setting setting;
    private final Recorded link;
    private final List<FaultCase> cases = new ArrayList<>();
    private int bit;

    private FaultCases(Setting setting) {
        this.setting = setting;
        this.link = setting.link();
    }

    static List<FaultCase> of(Setting setting) {
        FaultCases all = new FaultCases(setting);
        all.main();
        for (int i = 0; i < all.link.channels.size(); i++) {
            all.channel(i + 1, all.link.channels.get(i));
        }
        if (setting.played()) {
            all.orders();
        }
        if (setting.role() == Setting.Role.SOURCE || setting.role() == Setting.Role.RELAY_OUT) {
            all.returnPath();
        }
        return all.cases;
    }

    private void add(Fault fault) {
        cases.add(new FaultCase(setting, fault));
    }

    private void main() {
        List<Integer> borders = new ArrayList<>(List.of(0));
        borders.addAll(link.main.sections);
        borders.add(link.main.endOfRam);
        borders.add(link.main.bytes.length);
        for (int i = 0; i + 1 < borders.size(); i++) {
            unit(0, borders.get(i), borders.get(i + 1), i + 2 < borders.size() ? borders.get(i + 2) : -1);
        }
        add(Fault.at(Kind.CUT, 0, link.main.bytes.length - 1));
        // The list of RAM blocks, and where its section ends.
        int list = link.main.sections.stream().filter(at -> link.main.bytes[at] == 1).findFirst().orElseThrow();
        for (int at = list; at < list + 60; at++) {
            add(Fault.flip(0, at, nextBit()));
        }
        for (int at = link.main.endOfRam - 14; at < link.main.endOfRam + 12; at++) {
            add(Fault.flip(0, at, nextBit()));
        }
    }

    private void channel(int connection, PlainChannel channel) {
        List<Integer> borders = new ArrayList<>(List.of(0));
        channel.packets.forEach(packet -> borders.add(packet.position()));
        borders.add(channel.bytes.length);
        for (int i = 0; i + 1 < borders.size(); i++) {
            unit(connection, borders.get(i), borders.get(i + 1), i + 2 < borders.size() ? borders.get(i + 2) : -1);
        }
        for (int field : INIT_FIELDS) {
            add(Fault.flip(connection, field, nextBit()));
        }
        for (PlainChannel.Packet packet : channel.packets) {
            for (int field : HEADER_FIELDS) {
                add(Fault.flip(connection, packet.position() + field, nextBit()));
            }
            if (packet.payload() > 0) {
                int payload = packet.position() + PlainChannel.HEADER;
                add(Fault.at(Kind.CUT, connection, payload));
                for (int at : new int[] {payload, payload + 1, payload + 3, payload + 6, payload
                        + packet.payload() / 3}) {
                    add(Fault.flip(connection, Math.min(at, packet.end() - 1), nextBit()));
                }
            }
        }
    }

    /** @param next the end of the unit behind it, or -1 */
    private void unit(int connection, int start, int end, int next) {
        int middle = start + (end - start) / 2;
        for (int at : new int[] {start, middle, end - 1}) {
            add(Fault.at(Kind.CUT, connection, at));
            add(Fault.at(Kind.RESET, connection, at));
            add(Fault.flip(connection, at, nextBit()));
        }
        add(Fault.at(Kind.STALL, connection, (start & 1) == 0 ? middle : end - 1));
        add(Fault.at(Kind.DELAY, connection, (start & 1) == 0 ? start : middle));
        add(Fault.of(Kind.TRICKLE, connection, start, Math.min(end, start + 100)));
        add(Fault.of(Kind.DROP, connection, start, end));
        add(Fault.of(Kind.DROP, connection, middle, end));
        add(Fault.of(Kind.DUPLICATE, connection, start, end));
        if (next > 0) {
            add(new Fault(Kind.SWAP, connection, false, start, next, end));
        }
    }

    private int nextBit() {
        return 1 << bit++ % 8;
    }

    private void orders() {
        int count = link.channels.size() + 1;
        List<Integer> all = IntStream.range(0, count).boxed().toList();
        for (int first = 0; first < count; first++) {
            List<Integer> turned = new ArrayList<>();
            for (int i = count - 1; i >= 0; i--) {
                turned.add((first + i) % count);
            }
            order(turned);
            List<Integer> missing = new ArrayList<>(all);
            missing.remove(first);
            if (setting.role() != Setting.Role.RELAY_IN || first > 0) {
                order(missing);
            }
            List<Integer> twice = new ArrayList<>(all);
            twice.add(first);
            order(twice);
            List<Integer> twiceAtOnce = new ArrayList<>(all);
            twiceAtOnce.add(first, first);
            order(twiceAtOnce);
        }
    }

    private void order(List<Integer> order) {
        cases.add(new FaultCase(setting, null, order));
    }

    private void returnPath() {
        for (long at = 0; at < RETURN_MESSAGE; at++) {
            add(Fault.at(Kind.CUT, 0, at).backwards());
            add(Fault.at(Kind.RESET, 0, at).backwards());
            for (int bits : new int[] {1, 16, 128}) {
                add(Fault.flip(0, at, bits).backwards());
            }
        }
        add(Fault.at(Kind.STALL, 0, 0).backwards());
        add(Fault.at(Kind.STALL, 0, 5).backwards());
        add(Fault.at(Kind.DELAY, 0, 0).backwards());
        add(Fault.of(Kind.TRICKLE, 0, 0, RETURN_MESSAGE).backwards());
        add(Fault.of(Kind.DROP, 0, 0, RETURN_MESSAGE).backwards());
        add(Fault.of(Kind.DROP, 0, RETURN_MESSAGE / 2, RETURN_MESSAGE).backwards());
        add(Fault.of(Kind.DUPLICATE, 0, 0, RETURN_MESSAGE).backwards());
        for (int connection = 0; connection <= link.channels.size(); connection++) {
            // The destination ends a direction that it has nothing to say in, or the whole connection.
            add(Fault.at(Kind.CUT, connection, 0).backwards());
            add(Fault.at(Kind.RESET, connection, 0).backwards());
        }
    }
}
