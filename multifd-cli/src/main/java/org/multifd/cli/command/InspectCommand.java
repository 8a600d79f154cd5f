package org.multifd.cli.command;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.multifd.cli.console.ByteSize;
import org.multifd.cli.console.Console;
import org.multifd.cli.console.Json;
import org.multifd.cli.provider.Registry;
import org.multifd.core.FileUri;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.SnapshotInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code multifd inspect}: what is in a snapshot, and whether it is whole. */
@Command(name = "inspect",
        customSynopsis = "multifd inspect [OPTION...] file:PATH[,offset=N]",
        header = "Show what is in a snapshot, and check that it is whole.",
        description = {
            "The snapshot is a mapped-ram file, written by multifd receive or by QEMU 9.0 or newer, or a compressed "
                + "one. All of it is checked but the pages themselves; --check reads these, too. A mapped-ram file has "
                + "no checksums of them, a compressed one does."},
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n")
public final class InspectCommand implements Callable<Integer> {

    private static final String FACT = "%-12s  %s";
    private static final String BLOCK = "%-22s %10s %9s %9s %10s %14s";
    private static final String DEVICE = "%-32s  %8s  %8s";

    @Parameters(index = "0", paramLabel = "file:PATH",
            description = "The snapshot; with ,offset=N it begins there in the file.")
    private String file;

    @Option(names = "--check", description = "Read every page as well, and compare it with its checksum if there is "
            + "one.")
    private boolean check;

    @Option(names = "--json", description = "Print JSON lines: snapshot, block, device, failed.")
    private boolean json;

    private final Console console;
    private final Registry load;
    private long snapshotBytes;

    public InspectCommand(Console console, Registry load) {
        this.console = console;
        this.load = load;
    }

    @Override
    public Integer call() throws MigrationException {
        FileUri uri = FileUri.parse(file);
        SnapshotInfo info = SnapshotInfo.read(uri);
        snapshotBytes = info.streamBytes() - uri.offset();
        if (json) {
            printJson(info);
        } else {
            print(info);
        }
        checkEnd(uri, info);
        if (check) {
            SnapshotInfo.check(load.get(), uri);
        }
        return 0;
    }

    /** What the guest is has been shown: whoever loads the file never gets to what is behind it. */
    private static void checkEnd(FileUri uri, SnapshotInfo info) throws MigrationException {
        long behind = behind(info);
        if (behind != 0) {
            throw new MigrationException(Kind.FILE, uri.path() + ": received " + behind
                    + " bytes behind the snapshot's end at byte " + info.streamBytes()
                    + ", expected the file to end there; QEMU and multifd send ignore them, truncate -s "
                    + info.streamBytes() + " cuts them off");
        }
    }

    private static long behind(SnapshotInfo info) {
        return info.fileBytes() - info.streamBytes();
    }

    private void print(SnapshotInfo info) {
        fact("machine", info.machine());
        fact("uuid", info.uuid() == null ? "not in the file" : info.uuid().toString());
        fact("capabilities", String.join(", ", info.capabilities()));
        fact("page size", Integer.toString(info.pageSize()));
        if (info.isCompressed()) {
            fact("compression", info.compression());
            fact("dead", ByteSize.show(info.deadBytes()) + " of pages that came again or turned zero; multifd convert "
                    + "drops them");
        }
        fact("file", ByteSize.show(info.fileBytes()) + around(info));
        console.result("");
        console.result(String.format(BLOCK, "RAM block", "length", "present", "zero",
                info.isCompressed() ? "not zero" : "in file", info.isCompressed() ? "" : "pages at byte")
                .stripTrailing());
        long length = 0;
        long present = 0;
        long zero = 0;
        for (SnapshotInfo.Block each : info.blocks()) {
            block(each.name(), each.usedLength(), each.presentPages(), each.zeroPages(), info.pageSize(),
                    info.isCompressed() ? "" : Long.toString(each.pagesOffset()));
            length += each.usedLength();
            present += each.presentPages();
            zero += each.zeroPages();
        }
        block("all " + info.blocks().size(), length, present, zero, info.pageSize(), "");
        console.result("");
        console.result(String.format(DEVICE, "device", "instance", "bytes"));
        for (SnapshotInfo.Device each : info.devices()) {
            console.result(String.format(DEVICE, printable(each.name()), each.instance(), each.bytes()));
        }
        console.result(String.format(DEVICE, "all " + info.devices().size(), "", deviceBytes(info)));
    }

    /** What is in the file besides: nobody looks at it, neither here nor at a destination. */
    private String around(SnapshotInfo info) {
        long before = info.streamBytes() - snapshotBytes;
        long behind = behind(info);
        return (before == 0 ? "" : ", the snapshot begins at byte " + before)
                + (behind == 0 ? "" : ", " + behind + " bytes behind the snapshot's end at byte " + info.streamBytes());
    }

    private void fact(String name, String value) {
        console.result(String.format(FACT, name, printable(value)));
    }

    private void block(String name, long length, long present, long zero, int pageSize, String at) {
        console.result(String.format(Locale.ROOT, BLOCK, printable(name), ByteSize.show(length), present, zero,
                ByteSize.show(present * pageSize), at).stripTrailing());
    }

    private static long deviceBytes(SnapshotInfo info) {
        return info.devices().stream().mapToLong(SnapshotInfo.Device::bytes).sum();
    }

    /** A file's names must not drive the terminal. */
    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }

    private void printJson(SnapshotInfo info) {
        Map<String, Object> line = Json.message("snapshot");
        line.put("file", file);
        line.put("machine", info.machine());
        line.put("uuid", info.uuid());
        line.put("capabilities", info.capabilities());
        line.put("page_size", info.pageSize());
        line.put("compression", info.compression());
        line.put("dead_bytes", info.deadBytes());
        line.put("file_bytes", info.fileBytes());
        line.put("snapshot_bytes", snapshotBytes);
        line.put("blocks", info.blocks().size());
        line.put("devices", info.devices().size());
        line.put("device_bytes", deviceBytes(info));
        console.result(Json.line(line));
        for (SnapshotInfo.Block each : info.blocks()) {
            Map<String, Object> block = Json.message("block");
            block.put("name", each.name());
            block.put("length", each.usedLength());
            block.put("present_pages", each.presentPages());
            block.put("zero_pages", each.zeroPages());
            block.put("present_bytes", each.presentPages() * info.pageSize());
            block.put("bitmap_offset", each.bitmapOffset());
            block.put("pages_offset", each.pagesOffset());
            console.result(Json.line(block));
        }
        for (SnapshotInfo.Device each : info.devices()) {
            Map<String, Object> device = Json.message("device");
            device.put("name", each.name());
            device.put("instance", each.instance());
            device.put("bytes", each.bytes());
            console.result(Json.line(device));
        }
    }
}
