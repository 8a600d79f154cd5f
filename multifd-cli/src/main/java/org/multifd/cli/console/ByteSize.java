package org.multifd.cli.console;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes as people write and read them: K, M, G and T are powers of 1024, as in QEMU. */
public final class ByteSize {

    private static final Pattern FORM = Pattern.compile("(\\d{1,18})([KMGT]?)", Pattern.CASE_INSENSITIVE);

    private ByteSize() {
    }

    /**
     * Reads a number with an optional suffix.
     *
     * @throws IllegalArgumentException with one line that has name and text
     */
    public static long parse(String name, String text) {
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
            String suffix = matcher.group(2).toUpperCase(Locale.ROOT);
            int shift = suffix.isEmpty() ? 0 : 10 * (1 + "KMGT".indexOf(suffix));
            long number = Long.parseLong(matcher.group(1));
            if (number <= Long.MAX_VALUE >> shift) {
                return number << shift;
            }
        }
        throw new IllegalArgumentException(name + ": received " + text
                + ", expected a number of bytes, perhaps with K, M, G or T after it (256M)");
    }

    /** In the largest unit that keeps it a short number. */
    public static String show(long bytes) {
        String[] units = {"bytes", "KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        double value = bytes;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, value == Math.rint(value) ? "%.0f %s" : "%.1f %s", value, units[unit]);
    }
}
