/**
 * A provider's jar or directory of jars as a module layer of its own: read, copied, checked and loaded, so that
 * whatever is wrong with it costs this provider alone. Nothing here runs a provider's code.
 */
package org.multifd.core.internal.provider.layer;
