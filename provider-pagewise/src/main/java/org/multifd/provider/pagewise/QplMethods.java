package org.multifd.provider.pagewise;

/** QEMU's method {@code qpl}, which it has for Intel's accelerators: a raw deflate stream for each page. */
public final class QplMethods extends PageMethods {

    /** QEMU's method {@code qpl}, which it has for Intel's accelerators: a raw deflate stream for each page. */
    public QplMethods() {
        super(PageFormat.QPL);
    }
}
