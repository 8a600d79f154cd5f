/** A compressed snapshot's parts that are not pages: its head, its index, and which frame has a page. No I/O. */
package org.multifd.core.internal.frames;
