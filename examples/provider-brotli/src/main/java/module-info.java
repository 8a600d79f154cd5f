/** The method brotli, by brotli4j. */
module com.example.multifd.brotli {
    requires com.aayushatharva.brotli4j;
    requires org.multifd.api;

    provides org.multifd.api.MultiFDMethods with com.example.multifd.brotli.BrotliMethods;
}
