/** Live memory moves from one JVM to another. */
module live {
    requires org.multifd.core;
}
