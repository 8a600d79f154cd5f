package org.multifd.provider.pagewise;

/** QEMU's method {@code qpl}, which it has for Intel's In-Memory Analytics Accelerator: a raw deflate stream for each page. */
public final class QplMethods extends PageMethods {

    /** Made by the service loader. */
    public QplMethods() {
        super(PageFormat.QPL);
    }
}
