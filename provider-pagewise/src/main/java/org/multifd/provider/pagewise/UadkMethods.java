package org.multifd.provider.pagewise;

/** QEMU's method {@code uadk}, which it has for Kunpeng's accelerators: a zlib stream for each page. */
public final class UadkMethods extends PageMethods {

    /** Made by the service loader. */
    public UadkMethods() {
        super(PageFormat.UADK);
    }
}
