package org.multifd.install;

import org.apache.http.client.HttpResponseException;
import org.eclipse.aether.spi.connector.transport.http.HttpTransporterException;

/** The HTTP status in a failure. */
final class Status {

    private Status() {
    }

    /** 0 if it has none. */
    static int of(Throwable failure) {
        return failure instanceof HttpTransporterException http ? http.getStatusCode()
                : failure instanceof HttpResponseException response ? response.getStatusCode() : 0;
    }
}
