package org.multifd.core.internal.provider.layer;

import org.multifd.core.internal.wire.Text;

/**
 * What keeps a jar or directory from being a layer, or a class in it from being a provider; the message is one line.
 */
public final class LayerException extends Exception {

    private static final long serialVersionUID = 1L;

    LayerException(String message) {
        this(message, null);
    }

    LayerException(String message, Throwable cause) {
        super(Text.printable(message), cause); // names of classes and modules may have any character in them
    }
}
