package org.multifd.tck;

import java.lang.reflect.Field;
import java.nio.Buffer;
import java.nio.ByteBuffer;

/** What native code can do with a buffer that it was lent: write wherever it likes, read-only or not. */
final class NativeCode {

    private NativeCode() {
    }

    /** Flips a bit of the byte at an offset from the buffer's first one. */
    static void flip(ByteBuffer buffer, int offset) {
        try {
            Class<?> unsafe = Class.forName("sun.misc.Unsafe");
            Field only = unsafe.getDeclaredField("theUnsafe");
            only.setAccessible(true);
            Object it = only.get(null);
            Object field = unsafe.getMethod("objectFieldOffset", Field.class).invoke(it,
                    Buffer.class.getDeclaredField("address"));
            Object address = unsafe.getMethod("getLong", Object.class, long.class).invoke(it, buffer, field);
            long at = (long) address + offset;
            byte old = (byte) unsafe.getMethod("getByte", long.class).invoke(it, at);
            unsafe.getMethod("putByte", long.class, byte.class).invoke(it, at, (byte) (old ^ 1));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
