package org.multifd.core.internal.provider;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.stream.Stream;
import org.multifd.core.internal.provider.layer.ProviderClass;
import org.multifd.core.internal.wire.Text;

/**
 * Where a provider comes from. What is unknown is "".
 *
 * @param providerClass the class's name
 * @param module its module's name
 * @param version the module's version, else the one in its jar's manifest
 * @param location the jar or directory
 * @param layer the jar or directory that was made a layer, else {@link #MODULE_PATH} or {@link #CLASS_PATH}
 */
public record Origin(String providerClass, String module, String version, String location, String layer) {

    static final String MODULE_PATH = "module path";
    static final String CLASS_PATH = "class path";

    /** Of a class that the program itself was started with, or brought. */
    static Origin of(Class<?> provider) {
        Module module = provider.getModule();
        return module.isNamed() ? new Origin(Text.printable(provider.getName()), Text.printable(module.getName()),
                version(provider), location(provider), MODULE_PATH)
                : new Origin(Text.printable(provider.getName()), "", version(provider), location(provider), CLASS_PATH);
    }

    /** Of a class in a layer of its own. */
    static Origin of(ProviderClass provider, Path layer) {
        Class<?> type = provider.type();
        return new Origin(Text.printable(type.getName()), Text.printable(type.getModule().getName()), version(type),
                provider.jar().toString(), layer.toString());
    }

    boolean isInLayerOfItsOwn() {
        return !layer.equals(MODULE_PATH) && !layer.equals(CLASS_PATH);
    }

    /** Whether the program was started with that class of that module in that version. */
    boolean sameModule(Origin other) {
        return layer.equals(MODULE_PATH) && module.equals(other.module) && version.equals(other.version)
                && providerClass.equals(other.providerClass);
    }

    /**
     * Whether a user's word means this provider: its module, {@code module@version}, its jar, or the directory that
     * became its layer; outside modules its class.
     */
    boolean isMeantBy(String word) {
        return label().equals(word) || withVersion().equals(word) || isSamePath(location, word)
                || isSamePath(layer, word);
    }

    /** The shortest word that means this one and no other of them. */
    String wordAmong(List<Origin> all) {
        return Stream.of(label(), withVersion())
                .filter(each -> all.stream().allMatch(other -> other.equals(this) || !other.isMeantBy(each)))
                .findFirst().orElse(location);
    }

    private String withVersion() {
        return label() + "@" + version;
    }

    /** A user may write a path in another way. */
    private static boolean isSamePath(String path, String word) {
        try {
            return !path.isEmpty() && Path.of(path).toAbsolutePath().normalize()
                    .equals(Path.of(word).toAbsolutePath().normalize());
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** The short name: enough to choose by, and nothing a peer should not see. */
    String label() {
        return module.isEmpty() ? providerClass : module;
    }

    /** Module, version and jar, as far as they are known. */
    @Override
    public String toString() {
        return label() + (version.isEmpty() ? "" : " " + version) + (location.isEmpty() ? "" : " (" + location + ")");
    }

    private static String version(Class<?> provider) {
        Module module = provider.getModule();
        if (module.isNamed() && module.getDescriptor().rawVersion().isPresent()) {
            return Text.oneLine(module.getDescriptor().rawVersion().get());
        }
        Package of = provider.getPackage();
        String manifest = of == null ? null : of.getImplementationVersion();
        return manifest == null ? "" : Text.oneLine(manifest);
    }

    /** The jar or directory that a class comes from. */
    static String location(Class<?> provider) {
        CodeSource source = provider.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return "";
        }
        try {
            URI uri = source.getLocation().toURI();
            return "file".equals(uri.getScheme()) ? Path.of(uri).toString() : uri.toString();
        } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
            return source.getLocation().toString();
        }
    }
}
