/** The multifd command. */
module org.multifd.cli {
    requires org.multifd.core;
}
