package org.multifd.bench.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process has used so far, as the kernel counts it for all of its threads, those that have ended as well.
 *
 * @param cpuSeconds in user and kernel mode
 * @param faults page faults
 * @param peakBytes the most memory that was resident at once
 */
record Usage(double cpuSeconds, long faults, long peakBytes) {

    /** The unit that Linux tells processor time in, whatever its own clock. */
    private static final double TICKS_PER_SECOND = 100;

    static Usage of(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        // the second field is a name in brackets, with anything in it
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long faults = Long.parseLong(fields[7]) + Long.parseLong(fields[9]);
        long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        return new Usage(ticks / TICKS_PER_SECOND, faults, peak(pid));
    }

    private static long peak(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new IOException("process " + pid + " has no VmHWM in its status");
    }

    /** What was used since; the peak is the process's. */
    Usage since(Usage before) {
        return new Usage(cpuSeconds - before.cpuSeconds, faults - before.faults, peakBytes);
    }
}
