/** The conformance kit for compression methods. */
module org.multifd.tck {
    requires org.multifd.api;
}
