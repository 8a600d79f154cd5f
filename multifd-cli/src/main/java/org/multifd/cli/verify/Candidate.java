package org.multifd.cli.verify;

import java.nio.file.Path;

/**
 * A provider to be checked, as it was found.
 *
 * @param layer the jar or directory that is its layer
 * @param method the method's name
 * @param providerClass the class that implements the method
 * @param module its module
 * @param version the module's version, or ""
 * @param location its jar
 * @param apiVersion the API version it was built for, 0 if it could not be asked
 */
record Candidate(Path layer, String method, String providerClass, String module, String version, String location,
        int apiVersion) {

    String provenance() {
        return version.isEmpty() ? module : module + '@' + version;
    }
}
