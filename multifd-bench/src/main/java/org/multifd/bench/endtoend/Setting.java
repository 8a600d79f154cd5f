package org.multifd.bench.endtoend;

import org.multifd.bench.method.MethodLevel;

/**
 * What is migrated from where to where: a row of the table.
 *
 * @param channels 0 for what has none
 */
record Setting(Kind kind, MethodLevel method, int channels) {

    /** The pairs. */
    enum Kind {
        /** No migration: the bare codec's cost. */
        CODEC("bare codec"),
        /** No migration: bytes through as many sockets. */
        PUMP("raw pump"),
        /** Source and destination are ours. */
        OURS("ours -> ours"),
        /** Source and destination are QEMUs. */
        QEMU("QEMU -> QEMU"),
        /** A QEMU into a snapshot. */
        RECEIVE("QEMU -> receive"),
        /** A snapshot into a QEMU. */
        SEND("send -> QEMU"),
        /** The same, pages that leave the file without being read. */
        UNREAD("send zero-copy -> QEMU"),
        /** Two QEMUs and our relay. */
        RELAY("QEMU -> relay -> QEMU");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }

        boolean needsQemu() {
            return compareTo(QEMU) >= 0;
        }
    }

    /** Whether a QEMU can do its part. */
    boolean isPossible() {
        return (!kind.needsQemu() || !method.method().equals("lz4"))
                && (kind != Kind.UNREAD || method.method().equals("none"));
    }

    /** For people. */
    String title() {
        return kind.title() + (kind == Kind.PUMP ? "" : " " + method) + (channels == 0 ? "" : ", " + channels
                + (channels == 1 ? " channel" : " channels"));
    }
}
