package org.multifd.tck.internal.harness;

/** A rule cannot be tried here. */
public final class NotCheckable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public NotCheckable(String why) {
        super(why);
    }
}
