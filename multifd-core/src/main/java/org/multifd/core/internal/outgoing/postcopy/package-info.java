/** A snapshot as the source of a postcopy migration: the guest runs before its RAM is there. */
package org.multifd.core.internal.outgoing.postcopy;
