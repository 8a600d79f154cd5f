/** The method's provider. */
module org.multifd.provider.nocomp {
    requires org.multifd.api;
}
