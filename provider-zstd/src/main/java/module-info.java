/** The method's provider. */
module org.multifd.provider.zstd {
    requires org.multifd.api;
}
