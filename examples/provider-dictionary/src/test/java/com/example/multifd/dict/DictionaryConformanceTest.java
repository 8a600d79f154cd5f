package com.example.multifd.dict;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.multifd.api.MultiFDMethods;
import org.multifd.tck.MultiFDMethodsConformanceTest;
import org.multifd.tck.Packet;

/** The same with a dictionary, which senders share and tell. */
class DictionaryConformanceTest extends MultiFDMethodsConformanceTest {

    private static Path file;

    @BeforeAll
    static void write() throws IOException {
        file = Files.write(Files.createTempFile("multifd-", ".dict"), Packet.text(9, 1));
    }

    @AfterAll
    static void delete() {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public MultiFDMethods methods() {
        return new DictMethods(file);
    }
}
