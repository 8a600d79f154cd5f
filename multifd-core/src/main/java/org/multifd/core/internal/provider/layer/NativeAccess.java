package org.multifd.core.internal.provider.layer;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/**
 * Lets the modules of a layer load native libraries, on the JDKs that ask for it (22 and newer). Whoever grants must
 * have it: without {@code --enable-native-access=org.multifd.core} nothing is granted, and the JDK warns when a library
 * is loaded.
 */
final class NativeAccess {

    private static final Method GRANT = method(ModuleLayer.Controller.class, "enableNativeAccess", Module.class);
    private static final Method HAS = method(Module.class, "isNativeAccessEnabled");

    private NativeAccess() {
    }

    private static Method method(Class<?> type, String name, Class<?>... parameters) {
        try {
            return type.getMethod(name, parameters);
        } catch (NoSuchMethodException e) {
            return null; // an older JDK asks nobody
        }
    }

    static void grant(ModuleLayer.Controller controller) {
        try {
            if (GRANT == null || !(Boolean) HAS.invoke(NativeAccess.class.getModule())) {
                return;
            }
            for (Module each : controller.layer().modules()) {
                GRANT.invoke(controller, each);
            }
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(e);
        }
    }
}
