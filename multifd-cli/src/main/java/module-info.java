/** The multifd command. */
module org.multifd.cli {
    requires org.multifd.core;
    requires org.multifd.tck;
    requires info.picocli;
    requires java.compiler;
    requires java.management;
    requires jdk.management;
    // nothing here uses it: codecs in provider directories use sun.misc.Unsafe, and a layer has only what Java was
    // started with
    requires jdk.unsupported;

    // picocli sets the annotated fields of the commands by reflection
    opens org.multifd.cli.command to info.picocli;
    opens org.multifd.cli.option to info.picocli;
}
