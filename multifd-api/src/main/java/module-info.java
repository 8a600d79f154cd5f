/**
 * What a compression method for multifd migration implements. It depends on nothing but the JDK.
 *
 * <p>Start with {@link org.multifd.api.MultiFDMethods}: its documentation is the contract.
 */
module org.multifd.api {
    exports org.multifd.api;
}
