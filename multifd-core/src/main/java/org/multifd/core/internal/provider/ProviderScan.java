package org.multifd.core.internal.provider;

import java.util.Iterator;
import java.util.ServiceLoader.Provider;
import java.util.function.Consumer;
import org.multifd.api.MultiFDMethods;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.provider.layer.Failures;

/**
 * Walks over what ServiceLoader finds. Each step of it can fail, with an error of its own or a provider's: a step that
 * failed is reported and the walk goes on (provider-contract 1.6).
 */
final class ProviderScan {

    /** ServiceLoader may fail at the same step for ever: when it cannot list the service files, for one. */
    static final int MAX_FAILURES_IN_A_ROW = 100;

    private ProviderScan() {
    }

    static void scan(Iterator<Provider<MultiFDMethods>> providers, Consumer<FoundProvider> found,
            Consumer<MigrationException> problems) {
        int failures = 0;
        while (failures < MAX_FAILURES_IN_A_ROW) {
            Provider<MultiFDMethods> provider;
            try {
                if (!providers.hasNext()) {
                    return;
                }
                provider = providers.next();
            } catch (Throwable e) { // a LinkageError comes through as it is where ServiceLoader does not expect it
                Failures.passFatal(e);
                failures++;
                problems.accept(new MigrationException(Kind.METHOD,
                        "a provider could not be loaded: " + Failures.describe(e), e));
                continue;
            }
            failures = 0;
            try {
                found.accept(FoundProvider.of(provider.type(), provider::get));
            } catch (MigrationException e) {
                problems.accept(e);
            }
        }
        problems.accept(new MigrationException(Kind.METHOD,
                "the search for providers was given up after " + MAX_FAILURES_IN_A_ROW + " failures in a row"));
    }
}
