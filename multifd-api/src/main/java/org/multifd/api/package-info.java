/**
 * The service interface of a compression method, {@link org.multifd.api.MultiFDMethods}, and the few types it names.
 *
 * <p>Memory is counted in bytes unless a name says pages. A <em>page</em> is the guest's page (4, 16 or 64 KiB); a
 * <em>packet</em> carries up to {@code pageCount} pages of one RAM block (512 KiB worth of them).
 */
package org.multifd.api;
