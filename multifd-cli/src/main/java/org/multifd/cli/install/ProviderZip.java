package org.multifd.cli.install;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.ram.GuestFile;

/**
 * A zip of a provider's directory, from anybody: files alone, all of them at its top or all in one directory there.
 */
final class ProviderZip {

    private static final int SHOWN = 80;

    private final Path zip;

    ProviderZip(Path zip) {
        this.zip = zip;
    }

    /** Unpacks it after all of its entries were looked at. */
    void unpack(Staging staging) throws MigrationException {
        try {
            List<String> links = ZipLinks.in(zip);
            if (!links.isEmpty()) {
                throw refused(links.get(0), "a link");
            }
            try (ZipFile file = new ZipFile(zip.toFile())) {
                List<ZipEntry> entries = new ArrayList<>();
                for (ZipEntry each : file.stream().toList()) {
                    check(each);
                    if (!each.isDirectory()) {
                        entries.add(each);
                    }
                }
                int top = top(entries);
                checkSize(entries);
                for (ZipEntry each : entries) {
                    String name = each.getName().substring(top);
                    if (name.indexOf('/') >= 0) {
                        throw refused(each.getName(), "a directory inside the provider's");
                    }
                    try (InputStream in = file.getInputStream(each)) {
                        staging.add(name, in, zip);
                    }
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new MigrationException(Kind.FILE, zip + ": cannot be read as a zip: " + GuestFile.reason(e,
                    "there is no such file") + "; nothing was installed", e);
        }
    }

    private void check(ZipEntry entry) throws MigrationException {
        String name = entry.getName();
        if (name.startsWith("/") || name.indexOf('\\') >= 0 || name.matches("[A-Za-z]:.*") || name.indexOf('\0') >= 0) {
            throw refused(name, "a path from the root");
        }
        for (String part : name.split("/")) {
            if (part.equals("..") || part.equals(".") || part.isEmpty()) {
                throw refused(name, "a path that leads elsewhere");
            }
            if (part.startsWith(".")) {
                throw refused(name, "a hidden file");
            }
        }
    }

    /** How much of each name is a directory that all of them are in. */
    private static int top(List<ZipEntry> entries) {
        Set<String> tops = entries.stream().map(each -> each.getName().substring(0, each.getName().indexOf('/') + 1))
                .collect(Collectors.toSet());
        return tops.size() == 1 ? tops.iterator().next().length() : 0;
    }

    /** What they say of themselves; what they really are is counted when they are written. */
    private void checkSize(List<ZipEntry> entries) throws MigrationException {
        long sum = 0;
        for (ZipEntry each : entries) {
            sum += Math.max(0, Math.min(each.getSize(), Staging.MOST_BYTES + 1));
            if (sum > Staging.MOST_BYTES) {
                throw new MigrationException(Kind.FILE, zip + ": received more than " + Staging.MOST_BYTES
                        + " bytes, expected a provider's jars; nothing was installed");
            }
        }
    }

    private MigrationException refused(String entry, String what) {
        String shown = entry.length() > SHOWN ? entry.substring(0, SHOWN) + "..." : entry;
        return new MigrationException(Kind.FILE, zip + ": received the entry \"" + shown + "\", " + what
                + ", expected the files of a provider's directory; nothing was installed");
    }
}
