package org.multifd.bench.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.bench.data.GuestImage;

class DuelTest {

    private static final long ONE_MEBIBYTE = 1 << 20;

    @ParameterizedTest
    @CsvSource({"none,-1", "zlib,1", "zstd,3", "lz4,9"})
    void shouldMoveAllPagesOverAndOver(String method, int level) throws Exception {
        for (String pages : new String[] {"whole", "dirty", "dirty:8"}) {
            Packets packets = new Packets(GuestImage.load(GuestImage.SYNTHETIC, ONE_MEBIBYTE), pages);
            for (Duel.Direction direction : Duel.Direction.values()) {
                Duel duel = new Duel(method, level, direction, packets);
                duel.turns().pass();
                duel.turns().pass();
                assertTrue(duel.turns().nanos(Duel.PATH) > 0);
                assertTrue(duel.turns().nanos(Duel.BARE) > 0);
                duel.check();
                duel.close();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "zstd | 21 | multifd-zstd-level: received 21, expected 0..20",
        "none | 1 | method none: received level 1, expected none",
        "lzo | -1 | received method lzo, expected one whose provider is on the class path"})
    void shouldRefuseWhatNoProviderTakes(String method, int level, String message) {
        Packets packets = new Packets(GuestImage.load(GuestImage.SYNTHETIC, ONE_MEBIBYTE), "whole");
        assertEquals(message, assertThrows(IllegalArgumentException.class,
                () -> new Duel(method, level, Duel.Direction.SEND, packets)).getMessage());
    }
}
