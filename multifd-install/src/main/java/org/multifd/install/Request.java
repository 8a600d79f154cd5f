package org.multifd.install;

import java.io.File;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be fetched, and from where.
 *
 * @param coordinates GROUP:ARTIFACT:VERSION, or with extension and classifier before the version
 * @param repositories more repositories, each a URL or ID::URL
 * @param home the user's directory, which has {@code .m2}
 * @param settings another settings file than the one there, or null
 * @param offline whether the local repository alone is asked
 */
record Request(String coordinates, List<String> repositories, File home, File settings, boolean offline) {

    /** Reads the command line that {@code multifd install} makes. */
    static Request of(List<String> args) {
        List<String> repositories = new ArrayList<>();
        File settings = null;
        boolean offline = false;
        int i = 0;
        for (; i < args.size() - 1; i++) {
            switch (args.get(i)) {
                case "--offline" -> offline = true;
                case "--repository" -> repositories.add(args.get(++i));
                case "--settings" -> settings = new File(args.get(++i));
                default -> throw new IllegalArgumentException(args.get(i));
            }
        }
        return new Request(args.get(i), repositories, new File(System.getProperty("user.home")), settings, offline);
    }

    File m2() {
        return new File(home, ".m2");
    }
}
