/** The method zlib: the JDK's deflate, one stream for each channel. */
module org.multifd.provider.zlib {
    requires org.multifd.api;

    provides org.multifd.api.MultiFDMethods with org.multifd.provider.zlib.ZlibMethods;
}
