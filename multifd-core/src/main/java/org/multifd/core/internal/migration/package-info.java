/** What source, destination and relay share: who a connection is, errors, progress, time. */
package org.multifd.core.internal.migration;
