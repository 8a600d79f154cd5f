/** The method's provider. */
module org.multifd.provider.zlib {
    requires org.multifd.api;
}
