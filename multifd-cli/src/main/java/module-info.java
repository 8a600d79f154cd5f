/** The multifd command. */
module org.multifd.cli {
    requires org.multifd.core;
    requires org.multifd.tck;
    requires info.picocli;
    requires java.management;
    requires jdk.management;

    // picocli sets the annotated fields of the commands by reflection
    opens org.multifd.cli to info.picocli;
}
