package org.multifd.tck.internal.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The process's resident memory (Linux) without the Java heap's: the heap takes pages that it had before, and gives
 * none back for a while, so that what is used of it says little about what it occupies.
 */
public final class ResidentMemory {

    private static final Path MAPPINGS = Path.of("/proc/self/smaps");
    /** A part of the heap, as the JVM's own report has it: from, used to, up to. */
    private static final Pattern PART = Pattern.compile("\\[0x([0-9a-f]+), (?:0x[0-9a-f]+, )?0x([0-9a-f]+)\\)");
    private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-[0-9a-f]+ .*");

    private static long heapFrom;
    private static long heapTo;

    private ResidentMemory() {
    }

    /** Why it cannot be seen in this process, or null if it can. */
    public static synchronized String unavailable() {
        if (!ProcessStatus.readable() || !Files.isReadable(MAPPINGS)) {
            return "native memory is seen on Linux only";
        }
        if (!trim()) {
            return "native memory is seen where the JVM can trim it only (glibc, Java 17.0.9 and later)";
        }
        if (heapTo == 0) {
            findHeap();
        }
        return heapTo > 0 ? null : "native memory is seen where the JVM says where its heap lies only";
    }

    private static void findHeap() {
        Matcher part = PART.matcher(JvmCommand.run("gcHeapInfo", new Object[] {null}, String[].class.getName()));
        while (part.find()) {
            long from = Long.parseUnsignedLong(part.group(1), 16);
            heapFrom = heapTo == 0 ? from : Math.min(heapFrom, from);
            heapTo = Math.max(heapTo, Long.parseUnsignedLong(part.group(2), 16));
        }
    }

    /** Asks the allocator to give back what it only keeps for reuse: a leak would hide in it. */
    private static boolean trim() {
        return !JvmCommand.run("systemTrimNativeHeap", new Object[0]).isEmpty();
    }

    /** Bytes outside the heap, without those that are only kept for reuse. */
    public static long outsideTheHeap() {
        trim();
        long kib = 0;
        boolean outside = true;
        try (BufferedReader lines = Files.newBufferedReader(MAPPINGS)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("Rss:")) {
                    kib += outside ? Long.parseLong(line.replaceAll("[^0-9]", "")) : 0;
                } else if (line.charAt(0) <= 'f') { // a field's name is in capitals
                    Matcher mapping = MAPPING.matcher(line);
                    long from = mapping.matches() ? Long.parseUnsignedLong(mapping.group(1), 16) : 0;
                    outside = !mapping.matches() ? outside : from < heapFrom || from >= heapTo;
                }
            }
        } catch (IOException e) {
            throw new NotCheckable(MAPPINGS + " cannot be read: " + Words.of(e));
        }
        return kib * 1024;
    }
}
