package org.multifd.core.internal.ram;

import java.io.IOException;
import java.nio.channels.FileChannel;

/** Where bytes of a file go without passing through this process. */
@FunctionalInterface
public interface FileWay {

    /** All of these bytes. */
    void transfer(FileChannel from, long position, long count) throws IOException;
}
