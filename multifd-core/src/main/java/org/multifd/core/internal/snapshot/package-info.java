/**
 * Snapshots: mapped-ram files, which are a migration's main stream with its RAM at fixed places (wire-format 9), and
 * compressed ones (docs/reference/snapshot-format.md).
 */
package org.multifd.core.internal.snapshot;
