package org.multifd.api;

/**
 * The version of this API, and which older ones it goes with.
 *
 * <p>Each release that changes anything a provider could notice, a type, a method or a rule, has a higher
 * {@link #VERSION}. If providers for the version before still work, because there is only more than before,
 * {@link #OLDEST} stays; otherwise it rises as well. A provider for a version from {@code OLDEST} to {@code VERSION}
 * finds everything it was built for, meaning the same. An older one may use what is gone, a newer one what is not there
 * yet: both are refused when they are loaded (rule 1.5), before that shows as an error in the middle of a migration. A
 * provider for a newer version that can do without what is new says so by {@link MultiFDMethods#needsApi}.
 */
public final class MultiFDApi {

    /**
     * The API version that a provider compiled against this jar declares: {@link MultiFDMethods#apiVersion()} returns
     * it. It is a compile-time constant, so javac copies the number into the provider, and the number stays what the
     * provider was built for whichever API it meets at run time.
     */
    public static final int VERSION = 1;

    /** The oldest API version whose providers work with this one. */
    public static final int OLDEST = 1;

    private MultiFDApi() {
    }

    /**
     * The version of the API that is there at run time. {@link #VERSION} in a provider is the one it was built for: a
     * provider that also works with older ones asks here before it uses what is new.
     *
     * @return this API's version
     */
    public static int version() {
        return VERSION;
    }

    /**
     * Whether a provider goes with this API (rule 1.5).
     *
     * @param builtFor its {@link MultiFDMethods#apiVersion}
     * @param needs its {@link MultiFDMethods#needsApi}
     * @return true if {@code builtFor} is at least {@link #OLDEST}, and {@code needs} at most {@link #VERSION} and at
     *     most {@code builtFor}
     */
    public static boolean takes(int builtFor, int needs) {
        return builtFor >= OLDEST && needs <= VERSION && needs <= builtFor;
    }
}
