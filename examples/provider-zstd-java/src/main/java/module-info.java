/** The method zstd in Java alone. */
module com.example.multifd.zstd {
    requires aircompressor;
    requires org.multifd.api;

    provides org.multifd.api.MultiFDMethods with com.example.multifd.zstd.ZstdJavaMethods;
}
