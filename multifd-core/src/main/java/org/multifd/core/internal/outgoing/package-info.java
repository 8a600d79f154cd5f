/** A source: rounds over dirty pages, when to pause the guest, the RAM or the file that it sends. */
package org.multifd.core.internal.outgoing;
