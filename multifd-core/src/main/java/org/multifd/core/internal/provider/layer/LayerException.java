package org.multifd.core.internal.provider.layer;

/**
 * What keeps a jar or directory from being a layer, or a class in it from being a provider; the message is one line.
 */
public final class LayerException extends Exception {

    private static final long serialVersionUID = 1L;

    LayerException(String message) {
        this(message, null);
    }

    LayerException(String message, Throwable cause) {
        super(message, cause);
    }
}
