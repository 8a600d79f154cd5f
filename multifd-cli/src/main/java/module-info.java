/** The multifd command. */
module org.multifd.cli {
    requires org.multifd.core;
    requires info.picocli;
    requires java.compiler;
    requires jdk.management;

    // picocli sets the annotated fields of the commands by reflection
    opens org.multifd.cli to info.picocli;
}
