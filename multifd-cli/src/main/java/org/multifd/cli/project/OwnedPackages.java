package org.multifd.cli.project;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Packages that a provider cannot have, as Java, multifd or a codec has them: two modules with one package cannot be
 * loaded together.
 */
public final class OwnedPackages {

    /** By the package, which owns those below it as well. */
    private static final Map<String, String> OWNERS = new LinkedHashMap<>();

    static {
        OWNERS.put("java", "Java");
        OWNERS.put("javax", "Java");
        OWNERS.put("jdk", "Java");
        OWNERS.put("sun", "Java");
        OWNERS.put("com.sun", "Java");
        OWNERS.put("org.multifd", "multifd");
        OWNERS.put("com.github.luben.zstd", "the codec zstd-jni");
        OWNERS.put("com.github.luben.zstd_jni", "the codec zstd-jni");
        OWNERS.put("at.yawk.lz4", "the codec lz4-java");
        OWNERS.put("net.jpountz", "the codec lz4-java");
        OWNERS.put("org.lz4.java", "the codec lz4-java");
        OWNERS.put("org.xerial.snappy", "the codec snappy-java");
        OWNERS.put("com.aayushatharva.brotli4j", "the codec brotli4j");
        OWNERS.put("org.brotli", "the codec brotli");
        OWNERS.put("org.tukaani.xz", "the codec xz");
        OWNERS.put("io.airlift.compress", "the codec aircompressor");
        OWNERS.put("org.apache.commons.compress", "the codec commons-compress");
        OWNERS.put("com.ning.compress", "the codec compress-lzf");
        OWNERS.put("com.jcraft.jzlib", "the codec jzlib");
    }

    private OwnedPackages() {
    }

    /** Who has a package, or null. */
    public static String ownerOf(String packageName) {
        return OWNERS.entrySet().stream().filter(each -> (packageName + '.').startsWith(each.getKey() + '.'))
                .map(Map.Entry::getValue).findFirst().orElse(null);
    }
}
