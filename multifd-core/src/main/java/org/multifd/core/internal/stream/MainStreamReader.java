package org.multifd.core.internal.stream;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.multifd.core.internal.transport.ByteSource;
import org.multifd.core.internal.wire.PacketHeader;
import org.multifd.core.internal.wire.Text;
import org.multifd.core.internal.wire.WireException;

/** Reads a main stream up to the end of RAM and keeps the rest as one opaque tail. One thread's. */
public final class MainStreamReader {

    /** The first four bytes: "QEVM". */
    public static final int MAGIC = Qevm.MAGIC;

    private static final int BUFFER = 128 * 1024;
    private static final int FILE_BUFFER = 16 * 1024;
    /** A footer: its type and the section's id. */
    private static final int FOOTER_BYTES = 1 + Integer.BYTES;
    /** A file's stream has one more than what it came from: mapped-ram. */
    private static final int CAPABILITY_LIMIT = 255;
    private static final int FILE_CAPABILITY_LIMIT = CAPABILITY_LIMIT + 1;

    private final Input in;
    private final int pageSizeHint;
    private final int tailLimit;
    private final int capabilityLimit;
    private final MainStreamHandler handler;
    private RamRecords ram;
    private int ramId;
    private long parts;
    private boolean switchoverStart;
    private boolean huge;
    private final OtherSections others;
    private byte[] beside;
    private byte[] behind;
    private long tailStart;

    /**
     * @param pageSizeHint the page size in bytes if the stream does not say
     * @param tailLimit the most bytes of device state
     */
    public MainStreamReader(ByteSource source, int pageSizeHint, int tailLimit, MainStreamHandler handler) {
        this(new Input(source, BUFFER, Integer.BYTES), CAPABILITY_LIMIT, pageSizeHint, tailLimit, handler);
    }

    /**
     * Reads a file with mapped-ram from its position on.
     *
     * @param name which file it is, for messages
     * @param pageSizeHint the page size in bytes if the stream does not say
     * @param tailLimit the most bytes of device state
     */
    public MainStreamReader(FileChannel file, String name, int pageSizeHint, int tailLimit, MainStreamHandler handler)
            throws IOException {
        this(new Input(file, name, FILE_BUFFER), FILE_CAPABILITY_LIMIT, pageSizeHint, tailLimit, handler);
        checkMagic(name);
    }

    /**
     * Reads a stream that lies in a file's index, without its pages.
     *
     * @param name which file it is, for messages
     * @param pageSizeHint the page size in bytes if the stream does not say
     * @param tailLimit the most bytes of device state
     */
    public MainStreamReader(ByteSource index, String name, int pageSizeHint, int tailLimit, MainStreamHandler handler)
            throws IOException {
        this(new Input(index, name, FILE_BUFFER), FILE_CAPABILITY_LIMIT, pageSizeHint, tailLimit, handler);
        checkMagic(name);
    }

    private MainStreamReader(Input in, int capabilityLimit, int pageSizeHint, int tailLimit,
            MainStreamHandler handler) {
        this.in = in;
        this.capabilityLimit = capabilityLimit;
        this.pageSizeHint = pageSizeHint;
        this.tailLimit = tailLimit;
        this.handler = handler;
        this.others = new OtherSections(in, tailLimit);
    }

    private void checkMagic(String name) throws IOException {
        int magic = in.u32("a migration stream's magic");
        if (magic != MAGIC) {
            throw FileMagic.refuse(name, magic);
        }
    }

    /** How many bytes of the stream are before what {@link #read} returned. */
    public long tailStart() {
        return tailStart;
    }

    /** Reads all behind the magic, by which the connection was told to be main; what follows RAM is the result. */
    public byte[] read() throws IOException {
        readRam();
        handler.ramEnd();
        tailStart = in.position();
        return DeviceTail.read(in, tailLimit, others.devices());
    }

    /**
     * After {@link #readRam}: reads the rest of the stream. False if it does not end with the VM's description, where
     * {@link #read} ends: then it was cut, or the machine does not describe itself.
     */
    public boolean passTail() throws IOException {
        DeviceTail tail = new DeviceTail(others.devices());
        boolean whole = false;
        for (byte[] more; (more = in.some()) != null;) {
            whole = tail.pass(more);
            handler.tail(whole);
            handler.accepted(in.position());
        }
        return whole;
    }

    /** Whether a stream whose last bytes these are may end with them, from a machine that does not describe itself. */
    public static boolean mayEnd(long lastBytes) {
        return (lastBytes >>> FOOTER_BYTES * Byte.SIZE & 0xFF) == Qevm.FOOTER && (lastBytes & 0xFF) == Qevm.EOF;
    }

    /** Reads up to the end of RAM; some of what follows may have been taken from the source with it. */
    public void readRam() throws IOException {
        int version = in.u32("the main stream's version");
        if (version != Qevm.VERSION) {
            throw new WireException(in.name() + ": received version " + Integer.toUnsignedString(version)
                    + ", expected " + Qevm.VERSION);
        }
        handler.accepted(in.position());
        int pageSize = pageSizeHint;
        int type = in.u8("a section type");
        if (type == Qevm.CONFIGURATION) {
            String machine = in.text(length(in.u32("the machine type's length"), PacketHeader.NAME_LIMIT,
                    "machine type length"), "the machine type");
            type = in.u8("a section type");
            ConfigurationReader subsections = new ConfigurationReader();
            while (type == Qevm.SUBSECTION) {
                subsections.read();
                type = in.u8("a section type");
            }
            Configuration configuration = subsections.result(machine);
            if (configuration.pageSize() != 0) {
                pageSize = configuration.pageSize();
            }
            handler.configuration(configuration);
            handler.accepted(in.position() - 1); // the next section's type was read already
        }
        while (!section(type, pageSize)) {
            handler.accepted(in.position());
            type = in.u8("a section type");
        }
        handler.accepted(in.position());
        beside = others.takeKept();
        while (others.mayGoOn() && isPart(in.peek("a section type"))) {
            part(in.u8("a section type"));
            handler.accepted(in.position());
        }
        behind = others.takeKept();
    }

    private static boolean isPart(int type) {
        return type == Qevm.SECTION_PART || type == Qevm.SECTION_END;
    }

    /** What RAM's sections were; after {@link #read}. */
    public RamSections ramSections() {
        return new RamSections(ramId, parts, switchoverStart, beside, behind, others.devices());
    }

    /** One section; true after RAM's END. */
    private boolean section(int type, int pageSize) throws IOException {
        switch (type) {
            case Qevm.COMMAND -> command();
            case Qevm.SECTION_START, Qevm.SECTION_FULL -> {
                if (startsRam(type)) {
                    ram = new RamRecords(in, handler, pageSize, huge);
                    ram.read();
                    in.footer(ramId);
                }
            }
            case Qevm.SECTION_PART, Qevm.SECTION_END -> {
                return part(type);
            }
            default -> throw new WireException(in.name()
                    + String.format(": received section type 0x%02x at byte %d, expected"
                    + " a command or a part of RAM", type, in.position() - 1));
        }
        return false;
    }

    private boolean part(int type) throws IOException {
        int id = in.u32("a section id");
        if (others.isOpen(id)) {
            others.part(type, id);
            return false;
        }
        if (ram == null || id != ramId || beside != null) {
            throw new WireException(in.name() + ": received a part of section " + Integer.toUnsignedString(id)
                    + ", expected " + (ram == null ? "the start of \"ram\""
                            : Integer.toUnsignedString(ramId) + " (\"ram\")"));
        }
        ram.read();
        in.footer(ramId);
        if (type == Qevm.SECTION_PART) {
            parts++;
        }
        return type == Qevm.SECTION_END;
    }

    /** Reads a section's header, and all of it if it is not RAM's start. */
    private boolean startsRam(int type) throws IOException {
        int id = in.u32("a section id");
        String name = in.text(in.u8("a section name's length"), "a section name");
        int instance = in.u32("a section's instance");
        int version = in.u32("a section's version");
        if (others.read(type, id, name, instance, version)) {
            return false;
        }
        if (!name.equals(Qevm.RAM_SECTION) || ram != null && type == Qevm.SECTION_START) {
            throw others.unknown(name);
        }
        if (instance != 0 || version != Qevm.RAM_VERSION) {
            throw new WireException(in.name() + ": received \"ram\" instance " + Integer.toUnsignedString(instance)
                    + " version " + Integer.toUnsignedString(version) + ", expected instance 0 version "
                    + Qevm.RAM_VERSION);
        }
        if (type == Qevm.SECTION_FULL) {
            throw new WireException(in.name() + ": received section \"ram\" as a whole, expected its start");
        }
        byte[] before = others.takeKept();
        if (before.length > 0) {
            handler.beforeRam(before);
        }
        ramId = id;
        return true;
    }

    private void command() throws IOException {
        int number = in.u16("a command");
        int length = in.u16("a command's length");
        switch (Command.of(number, length, in.name())) {
            case OPEN_RETURN_PATH -> handler.openReturnPath();
            case PING -> handler.ping(in.u32("a ping"));
            case SWITCHOVER_START -> switchoverStart = true;
            default -> advise(length);
        }
    }

    /** Which sizes RAM's pages have at the source; blocks of huge ones say so in the list if postcopy may start. */
    private void advise(int length) throws IOException {
        if (length > 0) {
            long sizes = in.u64("the page sizes of postcopy");
            long usual = in.u64("the page size of postcopy");
            huge = sizes != usual;
        }
    }

    private int length(int received, int limit, String what) throws WireException {
        if (Integer.compareUnsigned(received, limit) > 0) {
            throw new WireException(in.name() + ": received " + what + " " + Integer.toUnsignedString(received)
                    + ", expected at most " + limit);
        }
        return received;
    }

    /** The subsections behind the machine type; their bodies have no length, so each must be known. */
    private final class ConfigurationReader {

        private int pageSize;
        private UUID uuid;
        private final List<String> capabilities = new ArrayList<>();
        private final Set<String> names = new HashSet<>();

        void read() throws IOException {
            String name = in.text(in.u8("a subsection name's length"), "a subsection name");
            int version = in.u32("a subsection's version");
            if (version != Qevm.SUBSECTION_VERSION) {
                throw new WireException("configuration: received " + Text.quote(name) + " version "
                        + Integer.toUnsignedString(version) + ", expected " + Qevm.SUBSECTION_VERSION);
            }
            if (!names.add(name)) {
                throw new WireException("configuration: received subsection " + Text.quote(name)
                        + " twice, expected once");
            }
            switch (name) {
                case Qevm.CONFIGURATION_PAGE_BITS -> {
                    int bits = in.u32("the page bits");
                    if (bits != 12 && bits != 14 && bits != 16) {
                        throw new WireException("configuration: received " + Integer.toUnsignedString(bits)
                                + " page bits, expected 12, 14 or 16");
                    }
                    pageSize = 1 << bits;
                }
                case Qevm.CONFIGURATION_CAPABILITIES -> {
                    int count = length(in.u32("the capability count"), capabilityLimit, "capability count");
                    for (int i = 0; i < count; i++) {
                        capabilities.add(in.text(in.u8("a capability's length"), "a capability"));
                    }
                }
                case Qevm.CONFIGURATION_UUID -> uuid = new UUID(in.u64("the uuid"), in.u64("the uuid"));
                default -> throw new WireException("configuration: received subsection " + Text.quote(name)
                        + ", expected target-page-bits, capabilities or uuid");
            }
        }

        Configuration result(String machine) {
            return new Configuration(machine, pageSize, List.copyOf(capabilities), uuid);
        }
    }
}
