/** The method @name@. */
@suppress@module @package@ {
    requires org.multifd.api;
    // a codec's module as well: jar --describe-module --file CODEC.jar tells its name

    // and the same name in META-INF/services, for programs on the class path (rule 1.7)
    provides org.multifd.api.MultiFDMethods with @package@.@Name@Methods;
}
