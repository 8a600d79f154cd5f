package org.multifd.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.multifd.api.MultiFDException;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.negotiation.Negotiation;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.snapshot.IfExists;
import org.multifd.core.internal.snapshot.SnapshotWriter;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.RamSections;
import org.multifd.core.internal.wire.InitPacket;
import org.multifd.core.internal.wire.PacketHeader;

/** What fuzzing starts from: valid bytes for each target, cut from recorded migrations or made by the senders. */
public final class Seeds {

    /** Larger inputs are slower, and no other bytes are in them. */
    private static final int LARGEST = 24 * 1024;
    private static final int HEADER = 320 + 128 * 8;
    private static final int PAGE_SIZE = 4096;
    private static final byte[] TAIL = tail();

    private final Map<Target, List<byte[]>> seeds = new EnumMap<>(Target.class);

    /** @param captures the directory of the recorded migrations */
    Seeds(Path captures) throws IOException, MultiFDException, MigrationException {
        for (Target target : Target.values()) {
            seeds.put(target, new ArrayList<>());
        }
        List<Path> files;
        try (Stream<Path> all = Files.walk(captures)) {
            files = all.filter(file -> file.toString().endsWith(".bin.gz")).sorted().toList();
        }
        for (Path file : files) {
            byte[] bytes = bytes(file);
            if (ByteBuffer.wrap(bytes).getInt() == InitPacket.MAGIC) {
                channel(bytes, file.getFileName().toString());
            } else {
                main(bytes);
            }
        }
        returnPath();
        negotiation();
        mappedRam();
        frames();
        for (Target target : List.of(Target.NONE, Target.ZLIB, Target.ZSTD, Target.LZ4)) {
            seeds.get(target).addAll(Sending.packets(target.name().toLowerCase(Locale.ROOT)));
        }
    }

    List<byte[]> of(Target target) {
        return seeds.get(target);
    }

    private static byte[] bytes(Path file) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return in.readAllBytes();
        }
    }

    /** The init packet with the first headers, and the first payloads as far as they are short. */
    private void channel(byte[] bytes, String name) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        ByteArrayOutputStream packets = new ByteArrayOutputStream();
        headers.write(0);
        headers.write(bytes, 0, InitPacket.SIZE);
        boolean all = true;
        for (int at = InitPacket.SIZE; at < bytes.length;) {
            int normal = in.getInt(at + 16);
            int payload = normal == 0 ? 0 : in.getInt(at + 20);
            if (headers.size() < 6 * HEADER && new String(bytes, at + 64, 6, StandardCharsets.US_ASCII)
                    .equals("pc.ram")) {
                headers.write(bytes, at, HEADER);
            }
            all &= packets.size() + payload < LARGEST;
            if (normal > 0 && all) {
                packet(packets, normal - 1, bytes, at + HEADER, payload);
            }
            at += HEADER + payload;
        }
        seeds.get(Target.PACKET).add(headers.toByteArray());
        Target method = name.contains("zlib") ? Target.ZLIB : name.contains("zstd") ? Target.ZSTD : Target.NONE;
        if (packets.size() > 0) {
            seeds.get(method).add(packets.toByteArray());
        }
    }

    /** As {@link Receiving} takes it. */
    static void packet(ByteArrayOutputStream out, int shape, byte[] bytes, int start, int length) {
        out.write(shape);
        out.write(length - 1 >> 16);
        out.write(length - 1 >> 8);
        out.write(length - 1);
        out.write(bytes, start, length);
    }

    /** Up to the end of RAM, with a short tail. */
    private void main(byte[] bytes) {
        byte[] footer = {0, 0, 0, 0, 0, 0, 0, 0x10, 0x7E, 0, 0, 0};
        for (int at = bytes.length - footer.length - 1; at > 0; at--) {
            if (Arrays.equals(bytes, at, at + footer.length, footer, 0, footer.length)) {
                int end = at + footer.length + 1;
                if (end < LARGEST) {
                    ByteArrayOutputStream out = new ByteArrayOutputStream();
                    out.write(0xFF);
                    out.write(bytes, 4, end - 4);
                    out.writeBytes(TAIL);
                    seeds.get(Target.MAIN_STREAM).add(out.toByteArray());
                }
                return;
            }
        }
    }

    /** One section without a length, the end of file, the VM's description. */
    private static byte[] tail() {
        String description = "{\"page_size\": 4096, \"devices\": [{\"name\": \"rtc\", \"instance_id\": 0, "
                + "\"version\": 1, \"size\": 4}]}";
        byte[] json = description.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer out = ByteBuffer.allocate(32 + json.length);
        out.put((byte) 4).putInt(7).put((byte) 3).put("rtc".getBytes(StandardCharsets.US_ASCII)).putInt(0).putInt(1)
                .putInt(42)
                .put((byte) 0x7E).putInt(7).put((byte) 0).put((byte) 6).putInt(json.length).put(json);
        return Arrays.copyOf(out.array(), out.position());
    }

    private void returnPath() {
        byte[] reason = "no space left on /tmp".getBytes(StandardCharsets.UTF_8);
        seeds.get(Target.RETURN_PATH).add(new byte[] {9, 0, 2, 0, 4, 0, 0, 0, 1, 0, 1, 0, 4, 0, 0, 0, 0});
        seeds.get(Target.RETURN_PATH).add(new byte[] {9, 0, 7, 0, 0, 0, 1, 0, 4, 0, 0, 0, 0});
        seeds.get(Target.RETURN_PATH).add(ByteBuffer.allocate(5 + reason.length + 8).put((byte) 40)
                .putShort((short) 0x4D46)
                .putShort((short) reason.length).put(reason).putShort((short) 1).putShort((short) 4).putInt(1).array());
    }

    private void negotiation() {
        Negotiation.Request request = new Negotiation.Request(PAGE_SIZE, 2, PacketHeader.PAYLOAD_LIMIT,
                List.of("zstd", "lz4", "none"));
        seeds.get(Target.NEGOTIATION).add(array(request.encode()));
        seeds.get(Target.NEGOTIATION).add(answer());
        seeds.get(Target.NEGOTIATION).add(array(Negotiation.refusal("received version 7, expected 1")));
    }

    private static byte[] array(ByteBuffer message) {
        byte[] bytes = new byte[message.remaining()];
        message.get(bytes);
        return bytes;
    }

    /** The answer that the reference has as its example. */
    private static byte[] answer() {
        ByteBuffer body = ByteBuffer.allocate(256);
        field(body, "method", "lz4".getBytes(StandardCharsets.US_ASCII));
        ByteBuffer reasons = ByteBuffer.allocate(25).put((byte) 1).put((byte) 4)
                .put("zstd".getBytes(StandardCharsets.US_ASCII))
                .putShort((short) 17).put("no provider found".getBytes(StandardCharsets.US_ASCII));
        field(body, "reasons", reasons.array());
        field(body, "payload-limit", ByteBuffer.allocate(4).putInt(1 << 20).array());
        field(body, "page-sizes", ByteBuffer.allocate(13).put((byte) 3).putInt(4096).putInt(16384).putInt(65536)
                .array());
        field(body, "channels", new byte[4]);
        body.flip();
        return ByteBuffer.allocate(12 + body.limit()).putInt(Negotiation.MAGIC).putShort((short) 1).putShort((short) 2)
                .putInt(body.limit()).put(body).array();
    }

    private static void field(ByteBuffer body, String name, byte[] value) {
        body.put((byte) name.length()).put(name.getBytes(StandardCharsets.US_ASCII)).putInt(value.length).put(value);
    }

    private void mappedRam() throws IOException {
        Path directory = Files.createTempDirectory("multifd-seeds");
        Path file = directory.resolve("guest.snap");
        RamBlocks blocks = new RamBlocks(List.of(RamBlock.withoutMemory("pc.ram", PAGE_SIZE, 64L * PAGE_SIZE)));
        SnapshotWriter writer = SnapshotWriter.create(file, 0, IfExists.KEEP);
        writer.begin(new Configuration("pc-i440fx-9.0", PAGE_SIZE, List.of("multifd"), new UUID(1, 2)), blocks);
        PageTarget target = writer.target();
        long[] offsets = {0, PAGE_SIZE, 5 * PAGE_SIZE};
        target.runs(0, offsets, 2).copyFrom(ByteBuffer.allocate(2 * PAGE_SIZE));
        target.arrived(0, offsets, 2, 1);
        writer.complete(new RamSections(2, 1, true), TAIL);
        writer.keep();
        byte[] bytes = Files.readAllBytes(file);
        int end = (1 << 20) + 64 * PAGE_SIZE;
        seeds.get(Target.MAPPED_RAM).add(MappedRamTarget.input(Arrays.copyOf(bytes, 1024), end / 1024,
                Arrays.copyOfRange(bytes, end, bytes.length)));
        Files.delete(file);
        Files.delete(directory);
    }

    /** Frames that are whole, and some of which pages came again or turned zero. */
    private void frames() throws IOException, MigrationException {
        Path directory = Files.createTempDirectory("multifd-seeds");
        Path file = directory.resolve("guest.snap");
        RamBlocks blocks = new RamBlocks(List.of(RamBlock.withoutMemory("pc.ram", PAGE_SIZE, 64L * PAGE_SIZE)));
        SnapshotWriter writer = SnapshotWriter.create(file, 0, IfExists.KEEP, "zstd");
        writer.begin(new Configuration("pc-i440fx-9.0", PAGE_SIZE, List.of("multifd"), new UUID(1, 2)), blocks,
                FramesTarget.methods());
        PageTarget target = writer.target();
        for (long[] offsets : new long[][] {{0, PAGE_SIZE, 5 * PAGE_SIZE}, {2 * PAGE_SIZE, PAGE_SIZE, 0},
            {7 * PAGE_SIZE, 9 * PAGE_SIZE, 10 * PAGE_SIZE}}) {
            target.runs(0, offsets, 2).copyFrom(ByteBuffer.allocate(2 * PAGE_SIZE));
            target.arrived(0, offsets, 2, 1);
            target.endOfRound();
        }
        target.close();
        writer.complete(new RamSections(2, 1, true), TAIL);
        writer.keep();
        seeds.get(Target.FRAMES).add(FramesTarget.input(Files.readAllBytes(file)));
        Files.delete(file);
        Files.delete(directory);
    }

    /**
     * Writes them.
     *
     * @param args the recorded migrations, and where a directory for each target is made
     */
    public static void main(String[] args) throws IOException, MultiFDException, MigrationException {
        Seeds all = new Seeds(Path.of(args[0]));
        for (Target target : Target.values()) {
            Path directory = Files.createDirectories(Path.of(args[1], target.type()));
            for (int i = 0; i < all.of(target).size(); i++) {
                Files.write(directory.resolve("seed-" + i), all.of(target).get(i));
            }
            System.out.println(target.type());
        }
    }
}
