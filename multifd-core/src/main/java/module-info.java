/** Multifd migration: registry of methods, wire format, channels, main stream. */
module org.multifd.core {
    requires transitive org.multifd.api;
    requires jdk.jfr;
    requires org.slf4j;

    exports org.multifd.core;

    uses org.multifd.api.MultiFDMethods;
}
