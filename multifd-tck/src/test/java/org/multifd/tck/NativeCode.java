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
            Class<?> unsafe = unsafeClass();
            Object it = unsafe(unsafe);
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

    private static Class<?> unsafeClass() throws ClassNotFoundException {
        return Class.forName("sun.misc.Unsafe");
    }

    private static Object unsafe(Class<?> unsafe) throws ReflectiveOperationException {
        Field only = unsafe.getDeclaredField("theUnsafe");
        only.setAccessible(true);
        return only.get(null);
    }

    /** Memory that no collector knows of, written to. */
    static long allocate(long bytes) {
        try {
            Class<?> unsafe = unsafeClass();
            Object it = unsafe(unsafe);
            long memory = (long) unsafe.getMethod("allocateMemory", long.class).invoke(it, bytes);
            unsafe.getMethod("setMemory", long.class, long.class, byte.class).invoke(it, memory, bytes, (byte) 1);
            return memory;
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    static void free(long memory) {
        try {
            Class<?> unsafe = unsafeClass();
            unsafe.getMethod("freeMemory", long.class).invoke(unsafe(unsafe), memory);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
