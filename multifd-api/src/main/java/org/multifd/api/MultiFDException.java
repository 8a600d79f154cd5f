package org.multifd.api;

/**
 * A method could not do its work: a set-up failed, pages could not be compressed, a payload is not what it should be.
 * The message is one line that says what was expected and what came; core adds the channel and the packet.
 *
 * <p>It is the only exception, beside a {@link PayloadSource}'s own {@link java.io.IOException}, that a method lets out
 * (rule 3.3); errors fatal to the JVM pass.
 */
public class MultiFDException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception with a one-line message.
     *
     * @param message what was expected, what came
     */
    public MultiFDException(String message) {
        super(message);
    }

    /**
     * Creates an exception with a one-line message and the codec's own failure.
     *
     * @param message what was expected, what came
     * @param cause the codec's failure, or null
     */
    public MultiFDException(String message, Throwable cause) {
        super(message, cause);
    }
}
