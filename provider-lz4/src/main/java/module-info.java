/** The method lz4. */
@SuppressWarnings("module") // the method is called lz4: a module name may end in a digit
module org.multifd.provider.lz4 {
    requires org.multifd.api;
}
