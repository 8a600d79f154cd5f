/** The method lz4, by lz4-java. */
// "module": the method is called lz4, and a module name may end in a digit.
// "requires-automatic": lz4-java has no module descriptor, but a reserved name in its manifest.
@SuppressWarnings({"module", "requires-automatic"})
module org.multifd.provider.lz4 {
    requires org.multifd.api;
    requires org.lz4.java;

    provides org.multifd.api.MultiFDMethods with org.multifd.provider.lz4.Lz4Methods;
}
