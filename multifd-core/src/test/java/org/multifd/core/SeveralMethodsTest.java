package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.core.MigrationException.Kind;

/** Of several names a side leaves out those that it cannot serve, before it listens; it needs one at least. */
class SeveralMethodsTest {

    private final MethodRegistry methods = MethodRegistry.of(new PlainMethod("plain"));

    private void listen(String side, String names) throws MigrationException {
        MigrationParameters parameters = MigrationParameters.builder().set("multifd-compression", names).build();
        if (side.equals("relay")) {
            try (Relay relay = new Relay(methods, MigrationParameters.defaults(), parameters)) {
                relay.listen("tcp:127.0.0.1:0", "tcp:127.0.0.1:1");
            }
        } else {
            try (MigrationDestination destination = new MigrationDestination(methods, parameters,
                    RamSupplier.allocating(1 << 20))) {
                destination.listen("tcp:127.0.0.1:0");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"relay", "destination"})
    void shouldListenWithOneThatCanBeServed(String side) throws Exception {
        listen(side, "snappy,plain,brotli");
    }

    @ParameterizedTest
    @ValueSource(strings = {"relay", "destination"})
    void shouldRefuseIfNoneCanBeServed(String side) {
        MigrationException e = assertThrows(MigrationException.class, () -> listen(side, "snappy,brotli"));
        assertEquals("multifd-compression: received snappy,brotli, expected one that is usable here: snappy (no "
                + "provider found), brotli (no provider found); put the missing provider's jar on that side's module "
                + "path or name another method", e.getMessage());
        assertEquals(Kind.METHOD, e.kind());
    }
}
