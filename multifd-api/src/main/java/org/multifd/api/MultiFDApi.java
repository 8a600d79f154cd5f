package org.multifd.api;

/** The version of this API. */
public final class MultiFDApi {

    /**
     * The API version that a provider compiled against this jar declares: {@link MultiFDMethods#apiVersion()} returns it.
     * It is a compile-time constant, so javac copies the number into the provider, and the number stays what the provider
     * was built for whichever API it meets at run time.
     */
    public static final int VERSION = 1;

    private MultiFDApi() {
    }
}
