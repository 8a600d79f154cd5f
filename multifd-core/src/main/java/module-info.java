/** Multifd migration: registry of methods, wire format, channels, main stream. */
@SuppressWarnings("module") // the command line is not there when this is compiled
module org.multifd.core {
    requires transitive org.multifd.api;
    requires jdk.jfr;
    requires org.slf4j;

    exports org.multifd.core;
    // what its bench runs methods over
    exports org.multifd.core.internal.ram to org.multifd.cli;
    // what its bench calls methods with, and what its verify loads and makes, beside any registry
    exports org.multifd.core.internal.provider to org.multifd.cli;
    exports org.multifd.core.internal.provider.layer to org.multifd.cli;

    uses org.multifd.api.MultiFDMethods;
}
