/** A destination: its connections, the main stream, the RAM or the file that it fills. */
package org.multifd.core.internal.incoming;
