package org.multifd.core.internal.stream;

/**
 * Follows bytes, of which the first is a brace, as far as it takes to tell whether they are one balanced JSON object.
 */
final class JsonObject {

    private static final int DEPTH_LIMIT = 63;

    private long objects;
    private int depth;
    private boolean inString;
    private boolean escaped;
    private boolean closed;
    private boolean none;

    void add(byte c) {
        if (closed) {
            none = true;
        } else if (escaped) {
            escaped = false;
        } else if (inString) {
            escaped = c == '\\';
            inString = c != '"';
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            objects = objects << 1 | (c == '{' ? 1 : 0);
            depth++;
            none |= depth > DEPTH_LIMIT;
        } else if (c == '}' || c == ']') {
            none |= (objects & 1) != (c == '}' ? 1 : 0);
            objects >>>= 1;
            depth--;
            closed = depth == 0;
        }
    }

    /** Whether it ends with the byte that was added last. */
    boolean isWhole() {
        return closed && !none;
    }

    /** Whether exactly these bytes are one object. */
    static boolean is(byte[] json, int start, int length) {
        JsonObject object = new JsonObject();
        for (int i = start; i < start + length; i++) {
            object.add(json[i]);
        }
        return object.isWhole();
    }
}
