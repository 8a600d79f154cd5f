/**
 * The conformance kit for compression methods: the provider contract's rules as plain Java, and a thin JUnit class over
 * them.
 *
 * <p>JUnit is needed by whoever extends {@link org.multifd.tck.MultiFDMethodsConformanceTest} only; a program that runs
 * {@link org.multifd.tck.Conformance} itself does without.
 */
@SuppressWarnings("module") // the command line is compiled later
module org.multifd.tck {
    requires transitive org.multifd.api;
    requires java.management;
    requires jdk.management;
    requires static org.junit.jupiter.api;

    exports org.multifd.tck;
    // the pages of the demonstration guest
    exports org.multifd.tck.internal.data to org.multifd.cli;
}
