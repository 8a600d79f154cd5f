package org.multifd.core.internal.provider;

import java.util.ArrayList;
import java.util.List;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.wire.MethodName;
import org.multifd.core.internal.wire.Text;

/**
 * A value of {@code multifd-compression}: one name, which is taken as it is, or several, the preferred one first, which
 * are negotiated with a multifd peer.
 *
 * @param names 1..32 different names
 */
public record MethodPreference(List<String> names) {

    /** As many as a request for negotiation carries. */
    public static final int MAX_NAMES = 32;

    private static final String PARAMETER = "multifd-compression: received ";

    public MethodPreference {
        names = List.copyOf(names);
    }

    /** Reads "zstd" or "zstd,lz4,none". */
    public static MethodPreference parse(String value) throws MigrationException {
        if (value.isEmpty()) {
            throw refusal(value, "expected a method's name, or several with commas (zstd,lz4,none)");
        }
        List<String> names = new ArrayList<>();
        for (String name : value.split(",", -1)) {
            if (name.isEmpty()) {
                throw refusal(value, "an empty name in it, expected names with single commas (zstd,lz4,none)");
            }
            if (!MethodName.isValid(name)) {
                throw refusal(name, "expected a method's name: " + MethodName.GRAMMAR);
            }
            if (names.contains(name)) {
                throw refusal(value, name + " twice, expected each name once");
            }
            names.add(name);
        }
        if (names.size() > MAX_NAMES) {
            throw new MigrationException(Kind.USAGE, PARAMETER + names.size() + " names, expected 1.." + MAX_NAMES);
        }
        return new MethodPreference(names);
    }

    /** Only then is there a negotiation, which a waiting QEMU does not survive. */
    public boolean isNegotiated() {
        return names.size() > 1;
    }

    @Override
    public String toString() {
        return String.join(",", names);
    }

    private static MigrationException refusal(String received, String what) {
        return new MigrationException(Kind.USAGE, PARAMETER + Text.quote(received) + ", " + what);
    }
}
