/** RAM blocks, page batches and runs, bitmaps, the zero-page test. A block may be larger than 2 GiB. */
package org.multifd.core.internal.ram;
