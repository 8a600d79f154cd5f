/**
 * QEMU's methods {@code qpl} and {@code uadk}. A payload is one big-endian length of 32 bits for each page, then the
 * pages in that order: a page whose length is the page size is there as it is, any other is a deflate stream of its
 * own (wire-format 4).
 */
package org.multifd.provider.pagewise;
