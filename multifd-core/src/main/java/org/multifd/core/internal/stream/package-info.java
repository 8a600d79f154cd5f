/** The main stream (QEVM) and its return path. */
package org.multifd.core.internal.stream;
