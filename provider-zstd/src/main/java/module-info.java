/** The method zstd, by zstd-jni. */
module org.multifd.provider.zstd {
    requires org.multifd.api;
    requires com.github.luben.zstd_jni;

    provides org.multifd.api.MultiFDMethods with org.multifd.provider.zstd.ZstdMethods;
}
