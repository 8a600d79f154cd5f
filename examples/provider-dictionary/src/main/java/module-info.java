/** The method dict: the JDK's deflate with a dictionary. */
module com.example.multifd.dict {
    requires org.multifd.api;

    provides org.multifd.api.MultiFDMethods with com.example.multifd.dict.DictMethods;
}
