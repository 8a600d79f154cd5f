/** The methods qpl and uadk: each page deflated on its own, by the JDK and not by an accelerator. */
module org.multifd.provider.pagewise {
    requires org.multifd.api;

    provides org.multifd.api.MultiFDMethods
            with org.multifd.provider.pagewise.QplMethods, org.multifd.provider.pagewise.UadkMethods;
}
