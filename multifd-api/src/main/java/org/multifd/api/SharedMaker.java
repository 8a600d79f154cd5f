package org.multifd.api;

/**
 * Makes what a migration's channels share, for the first of them that asks: {@link MultiFDParams#shared}.
 *
 * @param <T> what it makes
 */
@FunctionalInterface
public interface SharedMaker<T extends AutoCloseable> {

    /**
     * Makes the object. Runs within the set-up that asked, on its thread and in its time.
     *
     * @return the object, which core closes
     * @throws MultiFDException if it cannot be made; the next one that asks tries again
     */
    T make() throws MultiFDException;
}
