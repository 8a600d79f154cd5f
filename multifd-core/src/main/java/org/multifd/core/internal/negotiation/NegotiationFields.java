package org.multifd.core.internal.negotiation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.multifd.core.internal.wire.MethodName;
import org.multifd.core.internal.wire.Text;

/**
 * The named fields of a negotiation message's body, each there once, none unknown (docs/reference/negotiation.md). What
 * is wrong in them is an IllegalArgumentException.
 */
final class NegotiationFields {

    static final int MAX_TEXT_BYTES = 1500;
    private static final int MAX_FIELD_NAME = 31;

    private final Map<String, ByteBuffer> values = new LinkedHashMap<>();

    /** Cuts the body into exactly the fields expected, in whatever order they come. */
    NegotiationFields(ByteBuffer body, String... expected) {
        TreeSet<String> missing = new TreeSet<>(List.of(expected));
        String all = String.join(", ", missing);
        ByteBuffer rest = body.slice();
        while (rest.hasRemaining()) {
            String name = ascii(cut(rest, u8(rest, "field name"), "field name"));
            if (name.isEmpty() || name.length() > MAX_FIELD_NAME || !MethodName.hasOnlyNameCharacters(name)) {
                throw invalid("received the field name " + Text.quote(name) + ", expected one of " + all);
            }
            if (values.containsKey(name)) {
                throw invalid("received the field " + name + " twice, expected it once");
            }
            if (!missing.remove(name)) {
                throw invalid("received the field " + name + ", expected one of " + all);
            }
            String where = "field " + name;
            values.put(name, cut(rest, u32(rest, where), where));
        }
        if (!missing.isEmpty()) {
            throw invalid("received no field " + missing.first() + ", expected it once");
        }
    }

    /** An unsigned number. */
    int number(String field) {
        ByteBuffer value = values.get(field);
        if (value.remaining() != Integer.BYTES) {
            throw invalid("field " + field + ": received " + value.remaining() + " bytes, expected 4");
        }
        return value.getInt();
    }

    /** Unsigned numbers, behind their number. */
    List<Integer> numbers(String field, int max) {
        List<Integer> numbers = new ArrayList<>();
        list(field, 1, max, value -> numbers.add(u32(value, "field " + field)));
        return numbers;
    }

    /** Different method names, behind their number. */
    List<String> names(String field, int max) {
        return List.copyOf(named(field, 1, max, value -> "").keySet());
    }

    /** Texts by method name, behind their number. */
    Map<String, String> texts(String field, int max) {
        String where = "field " + field;
        return named(field, 0, max, value -> utf8(field, cut(value,
                Short.toUnsignedInt(cut(value, Short.BYTES, where).getShort()), where)));
    }

    String text(String field) {
        return utf8(field, values.get(field));
    }

    /** A method's name, or "" for none. */
    String nameOrNone(String field) {
        String name = ascii(values.get(field));
        return name.isEmpty() ? name : valid(field, name);
    }

    private Map<String, String> named(String field, int min, int max, Function<ByteBuffer, String> text) {
        Map<String, String> texts = new LinkedHashMap<>();
        list(field, min, max, value -> {
            String name = valid(field, ascii(cut(value, u8(value, "field " + field), "field " + field)));
            if (texts.containsKey(name)) {
                throw invalid("field " + field + ": received " + name + " twice, expected each name once");
            }
            texts.put(name, text.apply(value));
        });
        return texts;
    }

    private void list(String field, int min, int max, Consumer<ByteBuffer> entry) {
        ByteBuffer value = values.get(field);
        int count = u8(value, "field " + field);
        if (count < min || count > max) {
            throw invalid("field " + field + ": received " + count + " entries, expected " + min + ".." + max);
        }
        for (int i = 0; i < count; i++) {
            entry.accept(value);
        }
        if (value.hasRemaining()) {
            throw invalid("field " + field + ": received " + value.remaining() + " bytes more, expected its end");
        }
    }

    private static String valid(String field, String name) {
        if (!MethodName.isValid(name)) {
            throw invalid("field " + field + ": received the name " + Text.quote(name) + ", expected "
                    + MethodName.GRAMMAR);
        }
        return name;
    }

    private static ByteBuffer cut(ByteBuffer bytes, int length, String where) {
        if (Integer.compareUnsigned(length, bytes.remaining()) > 0) {
            throw invalid(where + ": received " + bytes.remaining() + " bytes, expected "
                    + Integer.toUnsignedString(length));
        }
        ByteBuffer part = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        return part;
    }

    private static IllegalArgumentException invalid(String what) {
        return new IllegalArgumentException(what);
    }

    private static int u8(ByteBuffer bytes, String where) {
        return Byte.toUnsignedInt(cut(bytes, 1, where).get());
    }

    private static int u32(ByteBuffer bytes, String where) {
        return cut(bytes, Integer.BYTES, where).getInt();
    }

    private static String ascii(ByteBuffer bytes) {
        return StandardCharsets.US_ASCII.decode(bytes).toString();
    }

    /** Words for people: what is malformed in them is replaced. */
    private static String utf8(String field, ByteBuffer bytes) {
        if (bytes.remaining() > MAX_TEXT_BYTES) {
            throw invalid("field " + field + ": received a text of " + bytes.remaining() + " bytes, expected at most "
                    + MAX_TEXT_BYTES);
        }
        return Text.oneLine(StandardCharsets.UTF_8.decode(bytes).toString());
    }

    /** Writes fields; the sizes are within what can be read, as the messages' constructors bound them. */
    static final class Writer {

        private final ByteBuffer body = ByteBuffer.allocate(Negotiation.MAX_BODY);

        Writer number(String field, int value) {
            return field(field, () -> body.putInt(value));
        }

        Writer numbers(String field, List<Integer> numbers) {
            return field(field, () -> {
                body.put((byte) numbers.size());
                numbers.forEach(body::putInt);
            });
        }

        Writer names(String field, List<String> names) {
            return field(field, () -> {
                body.put((byte) names.size());
                names.forEach(this::putName);
            });
        }

        Writer texts(String field, Map<String, String> texts) {
            return field(field, () -> {
                body.put((byte) texts.size());
                texts.forEach((name, text) -> {
                    putName(name);
                    byte[] bytes = utf8(text);
                    body.putShort((short) bytes.length).put(bytes);
                });
            });
        }

        Writer text(String field, String text) {
            return field(field, () -> body.put(utf8(text)));
        }

        ByteBuffer body() {
            return body.duplicate().flip();
        }

        private Writer field(String name, Runnable value) {
            putName(name);
            int start = body.putInt(0).position();
            value.run();
            body.putInt(start - Integer.BYTES, body.position() - start);
            return this;
        }

        private void putName(String name) {
            byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
            body.put((byte) bytes.length).put(bytes);
        }

        /** Text.LINE_LIMIT characters of at most four bytes, and the dots, fit MAX_TEXT_BYTES. */
        private static byte[] utf8(String text) {
            return Text.oneLine(text).getBytes(StandardCharsets.UTF_8);
        }
    }
}
