package org.multifd.core.internal.stream;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The version of QEMU that a machine type is of, as one number: major and minor. */
public final class MachineVersion {

    /** {@code pc-i440fx-7.2}, {@code virt-9.0}, {@code pc-q35-10.2+pve1}. */
    private static final Pattern QEMU = Pattern.compile(".*-(\\d{1,4})\\.(\\d{1,4})(?![\\d.]).*");

    /** {@code pc-q35-rhel9.2.0}. */
    private static final Pattern RHEL = Pattern.compile(".*-rhel(\\d{1,3})\\.(\\d{1,3})\\.\\d{1,3}");

    /** The first release of RHEL whose machine type is of this version of QEMU. Before them all it is an older one. */
    private static final Map<Integer, Integer> RHELS = new LinkedHashMap<>();

    /** The releases of Ubuntu by their names: {@code pc-q35-jammy}, {@code pc-i440fx-noble-v2}. */
    private static final Map<String, Integer> UBUNTUS = Map.ofEntries(Map.entry("trusty", of(2, 0)),
            Map.entry("xenial", of(2, 5)), Map.entry("bionic", of(2, 11)), Map.entry("focal", of(4, 2)),
            Map.entry("jammy", of(6, 2)), Map.entry("kinetic", of(7, 0)), Map.entry("lunar", of(7, 2)),
            Map.entry("mantic", of(8, 0)), Map.entry("noble", of(8, 2)), Map.entry("oracular", of(9, 0)),
            Map.entry("plucky", of(9, 2)), Map.entry("questing", of(10, 1)));

    static {
        RHELS.put(of(0, 0), of(2, 12));
        RHELS.put(of(8, 2), of(4, 2));
        RHELS.put(of(8, 5), of(6, 0));
        RHELS.put(of(9, 0), of(7, 0));
        RHELS.put(of(9, 2), of(7, 2));
        RHELS.put(of(9, 4), of(8, 2));
        RHELS.put(of(9, 6), of(9, 1));
        RHELS.put(of(9, 8), of(10, 1));
        RHELS.put(of(10, 0), of(9, 1));
        RHELS.put(of(10, 2), of(10, 1));
    }

    private MachineVersion() {
    }

    /** The number of a version. */
    public static int of(int major, int minor) {
        return major << 16 | minor;
    }

    /** The version, or empty if neither QEMU's nor a known distribution's is in the name. */
    public static OptionalInt of(String machine) {
        Matcher qemu = QEMU.matcher(machine);
        if (qemu.matches()) {
            return OptionalInt.of(number(qemu));
        }
        Matcher rhel = RHEL.matcher(machine);
        if (rhel.matches()) {
            int release = number(rhel);
            int found = 0;
            for (Map.Entry<Integer, Integer> each : RHELS.entrySet()) {
                found = each.getKey() <= release ? each.getValue() : found;
            }
            return OptionalInt.of(found);
        }
        return Stream.of(machine.split("-")).filter(UBUNTUS::containsKey).mapToInt(UBUNTUS::get).findFirst();
    }

    private static int number(Matcher matcher) {
        return of(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }
}
