/** A relayed migration: the main channel both ways, and each channel from one method to another. */
package org.multifd.core.internal.relay;
