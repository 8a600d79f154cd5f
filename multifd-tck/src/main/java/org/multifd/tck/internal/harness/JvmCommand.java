package org.multifd.tck.internal.harness;

import java.lang.management.ManagementFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/** What the JVM can be asked about itself, as by {@code jcmd}. */
public final class JvmCommand {

    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

    private JvmCommand() {
    }

    /** The answer, or "" where there is no such command. */
    static String run(String name, Object[] arguments, String... signature) {
        try {
            return String.valueOf(ManagementFactory.getPlatformMBeanServer().invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"), name, arguments, signature));
        } catch (JMException e) {
            return "";
        }
    }

    /**
     * Bytes of all objects that can be reached, or -1 if the JVM does not say. Exact, unlike what is in use after a
     * collection: a collector leaves dead objects where they are if moving the others is not worth it.
     */
    public static long reachableBytes() {
        Matcher total = TOTAL.matcher(run("gcClassHistogram", new Object[] {null}, String[].class.getName()));
        return total.find() ? Long.parseLong(total.group(1)) : -1;
    }
}
