/**
 * Fetches a provider from Maven repositories, with Maven's own resolver and the user's settings. It runs in a process
 * of its own, which {@code multifd install} starts: nothing of it is on the command's module path.
 */
package org.multifd.install;
