package org.multifd.core.internal.channel;

import jdk.jfr.FlightRecorder;

/**
 * Whether anybody records. The first event class that is loaded starts JFR's machinery, which took a quarter of a second
 * of processor time in each process: as much as moving a third of a gigabyte. So none is, until somebody does.
 */
public final class FlightRecording {

    private FlightRecording() {
    }

    /** From the first recording of this JVM on. Costs a volatile read. */
    public static boolean isOn() {
        return FlightRecorder.isInitialized();
    }
}
