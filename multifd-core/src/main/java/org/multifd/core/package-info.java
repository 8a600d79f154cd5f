/**
 * Moves live memory over several connections at once, each compressed by a method that is found at run time.
 *
 * <p>Begin with a {@link org.multifd.core.MethodRegistry}, which finds the methods, and
 * {@link org.multifd.core.MigrationParameters}. Then choose the end that the program has:
 * <ul>
 * <li>{@link org.multifd.core.MigrationSource} sends a {@link org.multifd.core.GuestRam} whose changes a
 * {@link org.multifd.core.DirtyLog} tells, pauses the {@link org.multifd.core.Guest} for the last round, or brings a
 * snapshot back to life.</li>
 * <li>{@link org.multifd.core.MigrationDestination} receives into memory of a {@link org.multifd.core.RamSupplier}, or
 * into a file.</li>
 * <li>{@link org.multifd.core.Relay} passes migrations on with another method.</li>
 * </ul>
 *
 * <p>Everything that fails does so with a {@link org.multifd.core.MigrationException} of one line and a kind. All types
 * of this package are stable API. The packages below {@code internal} are not exported.
 */
package org.multifd.core;
