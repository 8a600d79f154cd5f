package org.multifd.core.internal.stream;

/** The numbers of the main stream (wire-format 5). */
final class Qevm {

    static final int MAGIC = 0x5145564D;
    static final int VERSION = 3;

    static final int EOF = 0x00;
    static final int SECTION_START = 0x01;
    static final int SECTION_PART = 0x02;
    static final int SECTION_END = 0x03;
    static final int SECTION_FULL = 0x04;
    static final int SUBSECTION = 0x05;
    static final int VMDESCRIPTION = 0x06;
    static final int CONFIGURATION = 0x07;
    static final int COMMAND = 0x08;
    static final int FOOTER = 0x7E;

    static final String CONFIGURATION_PAGE_BITS = "configuration/target-page-bits";
    static final String CONFIGURATION_CAPABILITIES = "configuration/capabilities";
    static final String CONFIGURATION_UUID = "configuration/uuid";
    static final int SUBSECTION_VERSION = 1;

    static final String RAM_SECTION = "ram";
    static final int RAM_VERSION = 4;

    static final int RAM_ZERO = 0x02;
    static final int RAM_MEM_SIZE = 0x04;
    static final int RAM_PAGE = 0x08;
    static final int RAM_EOS = 0x10;
    static final int RAM_CONTINUE = 0x20;
    static final int RAM_MULTIFD_FLUSH = 0x200;
    static final int RAM_FLAGS = 0xFFF;

    static final int RETURN_SHUT = 1;
    static final int RETURN_PONG = 2;
    static final int RETURN_PAGES_OF_BLOCK = 3;
    static final int RETURN_PAGES = 4;
    static final int RETURN_RECEIVED = 5;
    static final int RETURN_RESUMED = 6;
    static final int RETURN_SWITCHOVER_ACK = 7;
    /** Extension: why the destination failed. Only to a source whose init packets named a method. */
    static final int RETURN_REASON = 0x4D46;
    static final int REASON_LIMIT = 1024;

    private Qevm() {
    }
}
