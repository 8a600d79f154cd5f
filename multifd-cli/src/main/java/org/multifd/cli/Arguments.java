package org.multifd.cli;

import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;

/** The order of a file and an address, which receive and send have each in its own way: from where to where. */
final class Arguments {

    private Arguments() {
    }

    /** Refuses the two the other way round, with the command as it was meant. */
    static void checkAddressThenFile(String command, String address, String file) throws MigrationException {
        if (isFile(address) && isAddress(file)) {
            throw swapped(command, address, file);
        }
    }

    /** As {@link #checkAddressThenFile}. */
    static void checkFileThenAddress(String command, String file, String address) throws MigrationException {
        if (isAddress(file) && isFile(address)) {
            throw swapped(command, file, address);
        }
    }

    private static boolean isFile(String argument) {
        return argument.startsWith("file:");
    }

    private static boolean isAddress(String argument) {
        return argument.startsWith("tcp:") || argument.startsWith("unix:");
    }

    private static MigrationException swapped(String command, String first, String second) {
        return new MigrationException(Kind.USAGE, "received " + first + " before " + second + ", expected them the other way round: multifd "
                + command + " " + second + " " + first, null);
    }
}
