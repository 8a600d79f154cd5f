package org.multifd.core.internal.provider.layer;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import org.multifd.api.MultiFDMethods;

/**
 * A class that a layer provides as a method's, loaded and not initialised yet; makes any number of providers.
 *
 * @param type the class, or the one whose {@code provider()} makes it
 * @param jar the jar as the user has it, not the copy that is loaded
 * @param maker a public static {@code provider()}, which a module may have in place of a constructor; else the
 *     constructor
 */
public record ProviderClass(Class<?> type, Path jar, Executable maker) {

    /** What ServiceLoader demands of a module's provider class, with a message for each demand. */
    static ProviderClass of(Module module, String name, Path jar) throws LayerException {
        Class<?> type;
        try {
            type = Class.forName(module, name);
        } catch (LinkageError | RuntimeException e) {
            throw unloadable(jar, name, e, module);
        }
        if (type == null) {
            throw missing(jar, name, null);
        }
        try {
            Method factory = factory(type);
            if (factory != null) {
                return new ProviderClass(type, jar, factory);
            }
            if (!MultiFDMethods.class.isAssignableFrom(type) || Modifier.isAbstract(type.getModifiers())
                    || !Modifier.isPublic(type.getModifiers())) {
                throw notAProvider(type, jar, null);
            }
            return new ProviderClass(type, jar, type.getConstructor());
        } catch (NoSuchMethodException e) {
            throw notAProvider(type, jar, e);
        } catch (LinkageError | RuntimeException e) {
            throw unloadable(jar, name, e, module);
        }
    }

    private static LayerException unloadable(Path jar, String name, Throwable cause, Module module) {
        Failures.passFatal(cause);
        return new LayerException(jar + ": class " + name + " cannot be loaded: " + Failures.explain(cause, module),
                cause);
    }

    static LayerException missing(Path jar, String name, Throwable cause) {
        return new LayerException(jar + ": received no class " + name
                + ", expected it, as the jar says that it provides it: build the jar anew", cause);
    }

    private static Method factory(Class<?> type) {
        try {
            Method method = type.getMethod("provider");
            return Modifier.isStatic(method.getModifiers())
                    && MultiFDMethods.class.isAssignableFrom(method.getReturnType()) ? method : null;
        } catch (NoSuchMethodException | LinkageError e) {
            return null; // a method of it may name a type of another API: it can still say which one it was built for
        }
    }

    private static LayerException notAProvider(Class<?> type, Path jar, Throwable cause) {
        return new LayerException(jar + ": received the provider " + type.getName()
                + ", expected a public class that implements "
                + MultiFDMethods.class.getName() + " and has a public constructor without arguments", cause);
    }

    /** Runs the provider's code; whatever it throws comes as it is. */
    public MultiFDMethods construct() throws Throwable {
        try {
            return (MultiFDMethods) (maker instanceof Method factory ? factory.invoke(null)
                    : ((Constructor<?>) maker).newInstance());
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
