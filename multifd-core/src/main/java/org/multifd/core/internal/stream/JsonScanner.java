package org.multifd.core.internal.stream;

import java.nio.charset.StandardCharsets;

/**
 * Walks over one JSON text strictly, value by value, without building anything from it: what it is used for decides
 * what is kept, so that a hostile text costs no memory.
 */
final class JsonScanner {

    private static final int DEPTH_LIMIT = 63;
    private static final int COUNT_DIGITS = 18;

    private final byte[] text;
    private final int start;
    private final int end;
    private int at;
    private int depth;

    /** Does something with a member's value: takes it or skips it. */
    @FunctionalInterface
    interface Member {
        void value(String name) throws JsonException;
    }

    /** Takes or skips an element. */
    @FunctionalInterface
    interface Element {
        void value() throws JsonException;
    }

    /** It is not the JSON that was expected. */
    static final class JsonException extends Exception {

        private static final long serialVersionUID = 1L;

        JsonException(String message) {
            super(message);
        }
    }

    JsonScanner(byte[] text, int start, int end) {
        this.text = text;
        this.start = start;
        this.at = start;
        this.end = end;
    }

    JsonException wrong(String expected) {
        return new JsonException((at < end ? String.format("received 0x%02x at byte %d of it", text[at] & 0xFF, at
                - start)
                : "received the end") + ", expected " + expected);
    }

    /** Nothing may follow. */
    void end() throws JsonException {
        if (peek() >= 0) {
            throw wrong("its end");
        }
    }

    private int peek() {
        while (at < end && (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r')) {
            at++;
        }
        return at < end ? text[at] : -1;
    }

    private void take(char expected) throws JsonException {
        if (peek() != expected) {
            throw wrong("'" + expected + "'");
        }
        at++;
    }

    private void enter(char open) throws JsonException {
        take(open);
        if (++depth > DEPTH_LIMIT) {
            throw wrong("at most " + DEPTH_LIMIT + " levels");
        }
    }

    void object(Member member) throws JsonException {
        enter('{');
        for (boolean first = true; peek() != '}'; first = false) {
            if (!first) {
                take(',');
            }
            String name = string();
            take(':');
            member.value(name);
        }
        at++;
        depth--;
    }

    void array(Element element) throws JsonException {
        enter('[');
        for (boolean first = true; peek() != ']'; first = false) {
            if (!first) {
                take(',');
            }
            element.value();
        }
        at++;
        depth--;
    }

    /** A text; what is escaped in it stays so, as names are not. */
    String string() throws JsonException {
        take('"');
        int from = at;
        while (at < end && text[at] != '"') {
            if (text[at] >= 0 && text[at] < 0x20) {
                throw wrong("no control character in a text");
            }
            at += text[at] == '\\' ? 2 : 1;
        }
        if (at >= end) {
            at = end;
            throw wrong("a text's end");
        }
        return new String(text, from, at++ - from, StandardCharsets.UTF_8);
    }

    /** A whole number that is not negative. */
    long count() throws JsonException {
        peek();
        int from = at;
        while (at < end && text[at] >= '0' && text[at] <= '9') {
            at++;
        }
        if (at == from || at - from > COUNT_DIGITS || at < end && ".eE".indexOf(text[at]) >= 0) {
            at = from;
            throw wrong("a count of at most " + COUNT_DIGITS + " digits");
        }
        return Long.parseLong(new String(text, from, at - from, StandardCharsets.US_ASCII));
    }

    void skip() throws JsonException {
        switch (peek()) {
            case '{' -> object(name -> skip());
            case '[' -> array(this::skip);
            case '"' -> string();
            default -> skipWord();
        }
    }

    private void skipWord() throws JsonException {
        int from = at;
        while (at < end && (Character.isLetterOrDigit(text[at]) || "+-.".indexOf(text[at]) >= 0)) {
            at++;
        }
        String word = new String(text, from, at - from, StandardCharsets.US_ASCII);
        if (!word.matches("true|false|null|-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?")) {
            at = from;
            throw wrong("a value");
        }
    }
}
