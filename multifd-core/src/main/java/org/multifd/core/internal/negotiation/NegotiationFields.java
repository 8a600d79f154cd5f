package org.multifd.core.internal.negotiation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.multifd.core.internal.provider.MethodException.Kind;
import org.multifd.core.internal.provider.MethodException;
import org.multifd.core.internal.wire.MethodName;
import org.multifd.core.internal.wire.Text;

/** The named fields of a negotiation message's body, each there once, none unknown (docs/reference/negotiation.md). */
final class NegotiationFields {

    static final int MAX_TEXT_BYTES = 1500;
    private static final int MAX_FIELD_NAME = 31;

    private final Map<String, ByteBuffer> values;

    private NegotiationFields(Map<String, ByteBuffer> values) {
        this.values = values;
    }

    /** Cuts the body into exactly the fields expected, in whatever order they come. */
    static NegotiationFields read(ByteBuffer body, String... expected) throws MethodException {
        TreeSet<String> missing = new TreeSet<>(List.of(expected));
        String all = String.join(", ", missing);
        Map<String, ByteBuffer> values = new LinkedHashMap<>();
        ByteBuffer rest = body.slice();
        while (rest.hasRemaining()) {
            String name = ascii(cut(rest, u8(rest), "field name"));
            if (name.isEmpty() || name.length() > MAX_FIELD_NAME || !MethodName.hasOnlyNameCharacters(name)) {
                throw invalid("received the field name " + Text.quote(name) + ", expected one of " + all);
            }
            if (values.containsKey(name)) {
                throw invalid("received the field " + name + " twice, expected it once");
            }
            if (!missing.remove(name)) {
                throw invalid("received the field " + name + ", expected one of " + all);
            }
            need(rest, 4, "field " + name);
            values.put(name, cut(rest, rest.getInt(), "field " + name));
        }
        if (!missing.isEmpty()) {
            throw invalid("received no field " + missing.first() + ", expected it once");
        }
        return new NegotiationFields(values);
    }

    int number(String field) throws MethodException {
        ByteBuffer value = values.get(field);
        if (value.remaining() != 4) {
            throw invalid("field " + field + ": received " + value.remaining() + " bytes, expected 4");
        }
        return value.getInt();
    }

    int number(String field, int min, int max) throws MethodException {
        int number = number(field);
        if (Integer.compareUnsigned(number, min) < 0 || Integer.compareUnsigned(number, max) > 0) {
            throw invalid("field " + field + ": received " + Integer.toUnsignedString(number) + ", expected " + min
                    + ".." + max);
        }
        return number;
    }

    /** Different method names, behind their number. */
    List<String> names(String field, int min, int max) throws MethodException {
        ByteBuffer value = values.get(field);
        int count = count(field, value, min, max);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(name(field, value, names));
        }
        end(field, value);
        return names;
    }

    /** Texts by method name, behind their number. */
    Map<String, String> texts(String field, int max) throws MethodException {
        ByteBuffer value = values.get(field);
        int count = count(field, value, 0, max);
        Map<String, String> texts = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            String name = name(field, value, texts.keySet());
            need(value, 2, "field " + field);
            texts.put(name, utf8(field, cut(value, Short.toUnsignedInt(value.getShort()), "field " + field)));
        }
        end(field, value);
        return texts;
    }

    /** u32s, behind their number. */
    List<Integer> numbers(String field, int max) throws MethodException {
        ByteBuffer value = values.get(field);
        int count = count(field, value, 1, max);
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            need(value, 4, "field " + field);
            numbers.add(value.getInt());
        }
        end(field, value);
        return numbers;
    }

    String text(String field) throws MethodException {
        return utf8(field, values.get(field));
    }

    /** A method's name, or "" for none. */
    String nameOrNone(String field) throws MethodException {
        String name = ascii(values.get(field));
        if (!name.isEmpty() && !MethodName.isValid(name)) {
            throw badName(field, name);
        }
        return name;
    }

    static MethodException invalid(String what) {
        return new MethodException(Kind.STREAM, "negotiation: " + what);
    }

    private static int count(String field, ByteBuffer value, int min, int max) throws MethodException {
        need(value, 1, "field " + field);
        int count = u8(value);
        if (count < min || count > max) {
            throw invalid("field " + field + ": received " + count + " entries, expected " + min + ".." + max);
        }
        return count;
    }

    private static String name(String field, ByteBuffer value, Iterable<String> before) throws MethodException {
        need(value, 1, "field " + field);
        String name = ascii(cut(value, u8(value), "field " + field));
        if (!MethodName.isValid(name)) {
            throw badName(field, name);
        }
        for (String each : before) {
            if (each.equals(name)) {
                throw invalid("field " + field + ": received " + name + " twice, expected each name once");
            }
        }
        return name;
    }

    private static MethodException badName(String field, String name) {
        return invalid("field " + field + ": received the name " + Text.quote(name) + ", expected " + MethodName.GRAMMAR);
    }

    private static void end(String field, ByteBuffer value) throws MethodException {
        if (value.hasRemaining()) {
            throw invalid("field " + field + ": received " + value.remaining() + " bytes more, expected its end");
        }
    }

    private static void need(ByteBuffer bytes, int count, String where) throws MethodException {
        if (bytes.remaining() < count) {
            throw invalid(where + ": received " + bytes.remaining() + " bytes, expected " + count);
        }
    }

    private static ByteBuffer cut(ByteBuffer bytes, int length, String where) throws MethodException {
        if (Integer.compareUnsigned(length, bytes.remaining()) > 0) {
            throw invalid(where + ": received " + bytes.remaining() + " bytes, expected "
                    + Integer.toUnsignedString(length));
        }
        ByteBuffer part = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        return part;
    }

    private static int u8(ByteBuffer bytes) {
        return Byte.toUnsignedInt(bytes.get());
    }

    private static String ascii(ByteBuffer bytes) {
        return StandardCharsets.US_ASCII.decode(bytes).toString();
    }

    /** Words for people: what is malformed in them is replaced. */
    private static String utf8(String field, ByteBuffer bytes) throws MethodException {
        if (bytes.remaining() > MAX_TEXT_BYTES) {
            throw invalid("field " + field + ": received a text of " + bytes.remaining() + " bytes, expected at most "
                    + MAX_TEXT_BYTES);
        }
        return Text.oneLine(StandardCharsets.UTF_8.decode(bytes).toString());
    }

    /** Writes fields; the sizes are within what {@link #read} accepts, as the messages' constructors bound them. */
    static final class Writer {

        private final ByteBuffer body = ByteBuffer.allocate(NegotiationHeader.MAX_BODY);

        Writer number(String field, int value) {
            int start = begin(field);
            body.putInt(value);
            return end(start);
        }

        Writer names(String field, List<String> names) {
            int start = begin(field);
            body.put((byte) names.size());
            names.forEach(this::putName);
            return end(start);
        }

        Writer texts(String field, Map<String, String> texts) {
            int start = begin(field);
            body.put((byte) texts.size());
            texts.forEach((name, text) -> {
                putName(name);
                byte[] bytes = utf8(text);
                body.putShort((short) bytes.length).put(bytes);
            });
            return end(start);
        }

        Writer numbers(String field, List<Integer> numbers) {
            int start = begin(field);
            body.put((byte) numbers.size());
            numbers.forEach(body::putInt);
            return end(start);
        }

        Writer text(String field, String text) {
            int start = begin(field);
            body.put(utf8(text));
            return end(start);
        }

        ByteBuffer body() {
            return body.duplicate().flip();
        }

        private int begin(String field) {
            putName(field);
            body.putInt(0);
            return body.position();
        }

        private Writer end(int start) {
            body.putInt(start - 4, body.position() - start);
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
