package org.multifd.core.internal.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.multifd.core.internal.stream.JsonScanner.JsonException;
import org.multifd.core.internal.wire.Text;
import org.multifd.core.internal.wire.WireException;

/**
 * What follows RAM, cut into the devices' sections. They have no length of their own; the VM's description at the end
 * says it (wire-format 5), and where each section must then begin and end shows whether it is true.
 */
public final class DeviceSections {

    /** Type, id and the name's length. */
    private static final int BEFORE_NAME = 1 + Integer.BYTES + 1;
    /** Instance and version. */
    private static final int BEHIND_NAME = 2 * Integer.BYTES;
    private static final int FOOTER_BYTES = 1 + Integer.BYTES;
    /** Type, the name's length and the version of a subsection. */
    private static final int AROUND_SUBSECTION_NAME = 1 + 1 + Integer.BYTES;
    private static final int DEVICE_LIMIT = 65_536;

    private final byte[] tail;
    private final long tailStart;
    private final JsonScanner json;
    private final int description;
    private final List<DeviceSection> devices = new ArrayList<>();

    private DeviceSections(byte[] tail, int description, int end, long tailStart) {
        this.tail = tail;
        this.tailStart = tailStart;
        this.description = description;
        this.json = new JsonScanner(tail, description, end);
    }

    /**
     * Cuts a whole tail into its sections.
     *
     * @param tailStart where in the file the tail begins, for messages
     * @param early the devices whose state came before RAM: the description has them first
     * @return these and the others
     * @throws WireException if they are not as the description says
     */
    public static List<DeviceSection> of(byte[] tail, long tailStart, List<DeviceSection> early) throws WireException {
        return of(tail, TailEnd.description(tail, early), tail.length, tailStart, early);
    }

    /** As above, of the tail that ends with this description and before the given end. */
    static List<DeviceSection> of(byte[] tail, int description, int end, long tailStart, List<DeviceSection> early)
            throws WireException {
        DeviceSections sections = new DeviceSections(tail, description, end, tailStart);
        try {
            sections.describe();
        } catch (JsonException e) {
            throw new WireException(sections.place() + e.getMessage(), e);
        } catch (ArithmeticException e) {
            throw new WireException(sections.place() + "received sizes that add up to 2^63 and more", e);
        }
        sections.check(early);
        return List.copyOf(sections.devices);
    }

    private String place() {
        return "VM description at byte " + (tailStart + description) + ": ";
    }

    private void describe() throws JsonException {
        json.object(name -> {
            if (name.equals("devices")) {
                json.array(this::device);
            } else {
                json.skip();
            }
        });
        json.end();
    }

    private void device() throws JsonException {
        if (devices.size() == DEVICE_LIMIT) {
            throw json.wrong("at most " + DEVICE_LIMIT + " devices");
        }
        Part device = new Part();
        json.object(device::member);
        if (device.name == null) {
            throw json.wrong("a name in each device");
        }
        devices.add(new DeviceSection(device.name, device.instance, device.size >= 0 ? device.size : device.sum));
    }

    /** A device or a subsection of one: how many bytes it has is said by its size, or by all that is in it. */
    private final class Part {

        private String name;
        private long instance;
        private long size = -1;
        private long sum;

        void member(String key) throws JsonException {
            switch (key) {
                case "name" -> name = json.string();
                case "vmsd_name" -> {
                    String type = json.string();
                    name = name == null ? type : name;
                }
                case "instance_id" -> instance = json.count();
                case "size" -> size = json.count();
                case "fields" -> json.array(this::field);
                case "subsections" -> json.array(this::subsection);
                default -> json.skip();
            }
        }

        private void field() throws JsonException {
            long[] field = {0, 1};
            json.object(key -> {
                switch (key) {
                    case "size" -> field[0] = json.count();
                    case "array_len" -> field[1] = json.count();
                    default -> json.skip();
                }
            });
            sum = Math.addExact(sum, Math.multiplyExact(field[0], field[1]));
        }

        private void subsection() throws JsonException {
            Part part = new Part();
            json.object(part::member);
            if (part.name == null) {
                throw json.wrong("a name in each subsection");
            }
            int length = part.name.getBytes(StandardCharsets.UTF_8).length;
            sum = Math.addExact(sum, Math.addExact(part.sum, AROUND_SUBSECTION_NAME + length));
        }
    }

    private void check(List<DeviceSection> early) throws WireException {
        if (devices.size() < early.size() || !devices.subList(0, early.size()).equals(early)) {
            throw new WireException(place() + "received other devices first, expected those that came before RAM: "
                    + Text.oneLine(early.toString()));
        }
        int last = description - TailEnd.DESCRIPTION_HEADER;
        ByteBuffer in = ByteBuffer.wrap(tail).limit(last);
        int at = 0;
        for (DeviceSection device : devices.subList(early.size(), devices.size())) {
            byte[] name = device.name().getBytes(StandardCharsets.UTF_8);
            long content = (long) at + BEFORE_NAME + name.length + BEHIND_NAME;
            long end = content + device.bytes();
            if (end < content || end + FOOTER_BYTES > last) {
                throw wrong(device, "received " + device.bytes() + " bytes in its description", "at most "
                        + Math.max(0, last - FOOTER_BYTES - content), at);
            }
            if (in.get(at) != Qevm.SECTION_FULL || (in.get(at + BEFORE_NAME - 1) & 0xFF) != name.length
                    || !ByteBuffer.wrap(name).equals(in.slice(at + BEFORE_NAME, name.length))) {
                throw wrong(device, "received other bytes", "its section", at);
            }
            int footer = (int) end;
            if (in.get(footer) != Qevm.FOOTER || in.getInt(footer + 1) != in.getInt(at + 1)) {
                throw wrong(device, "received other bytes", "its footer", footer);
            }
            at = footer + FOOTER_BYTES;
        }
        if (at != last) {
            throw new WireException(place() + "received " + devices.size() + " devices up to byte " + (tailStart + at)
                    + ", expected all up to byte " + (tailStart + last));
        }
    }

    private WireException wrong(DeviceSection device, String received, String expected, int at) {
        return new WireException("device " + Text.quote(device.name()) + ": " + received + ", expected " + expected
                + " at byte " + (tailStart + at));
    }
}
