/** QEMU's method {@code none}: no codec. */
package org.multifd.provider.nocomp;
