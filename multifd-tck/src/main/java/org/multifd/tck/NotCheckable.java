package org.multifd.tck;

/** A rule cannot be tried here. */
final class NotCheckable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotCheckable(String why) {
        super(why);
    }
}
