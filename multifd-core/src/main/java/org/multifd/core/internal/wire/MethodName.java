package org.multifd.core.internal.wire;

/** The grammar of a method's name (provider-contract 1.1). */
public final class MethodName {

    static final int MAX_LENGTH = 31;
    public static final String GRAMMAR = "1 to " + MAX_LENGTH + " characters of a-z, 0-9 and -, starting with a letter";

    private MethodName() {
    }

    public static boolean isValid(String name) {
        return name != null && !name.isEmpty() && name.length() <= MAX_LENGTH
                && name.charAt(0) >= 'a' && name.charAt(0) <= 'z' && hasOnlyNameCharacters(name);
    }

    public static boolean hasOnlyNameCharacters(String text) {
        return text.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-');
    }
}
