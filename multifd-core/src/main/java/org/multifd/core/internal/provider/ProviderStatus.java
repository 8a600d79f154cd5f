package org.multifd.core.internal.provider;

import org.multifd.api.Availability;

/**
 * A provider as it stands now.
 *
 * @param provider the provider
 * @param availability whether it can work here
 * @param lost why it does not serve its name although it is usable, or ""
 */
public record ProviderStatus(FoundProvider provider, Availability availability, String lost) {
}
