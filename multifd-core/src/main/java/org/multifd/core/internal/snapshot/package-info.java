/** The mapped-ram file: a migration's main stream with its RAM at fixed places (wire-format 7). */
package org.multifd.core.internal.snapshot;
