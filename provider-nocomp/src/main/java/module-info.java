/** The method none: the pages travel as they lie in memory. */
module org.multifd.provider.nocomp {
    requires org.multifd.api;
    provides org.multifd.api.MultiFDMethods with org.multifd.provider.nocomp.NoCompMethods;
}
