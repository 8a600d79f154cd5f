package org.multifd.install;

import java.io.IOException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.transfer.ArtifactTransferException;
import org.eclipse.aether.transfer.ChecksumFailureException;
import org.eclipse.aether.transfer.RepositoryOfflineException;

/** The resolver's failure in one line, with a remedy that fits the cause. */
final class Explanation {

    /** The resolver names the repositories, each as ID (URL, layout, policy). */
    private static final Pattern BLOCKED = Pattern.compile("Blocked mirror for repositories: \\[(\\S+ \\([^,)]+)");

    private final String coordinates;
    private final List<RemoteRepository> repositories;
    private final boolean offline;

    Explanation(String coordinates, List<RemoteRepository> repositories, boolean offline) {
        this.coordinates = coordinates;
        this.repositories = repositories;
        this.offline = offline;
    }

    /** The worst of what failed: a file that is not what it should be, then a repository, then a missing file. */
    Failure of(Exception failure) {
        List<Throwable> all = causes(failure);
        for (Throwable each : all) {
            if (each instanceof ChecksumFailureException checksum) {
                return checksum(checksum, transfer(all, checksum), failure);
            }
        }
        for (Throwable each : all) {
            if (each.getClass().getSimpleName().equals("NoRepositoryConnectorException")
                    || String.valueOf(each.getMessage()).contains("Blocked mirror")) {
                return new Failure(Failure.Kind.USAGE, coordinates + ": one of its repositories is plain http, or is "
                        + "blocked by settings.xml" + blocked(words(each)) + ": name it with https", failure);
            }
        }
        for (Throwable each : all) {
            if (each instanceof RepositoryOfflineException || isOffline(each)) {
                return new Failure(Failure.Kind.FILE, coordinates
                        + ": not in the local repository, and no other is asked while offline: try without --offline, "
                        + "or without <offline> in settings.xml", failure);
            }
        }
        for (Throwable each : all) {
            if (each instanceof ArtifactTransferException transfer && isUnreachable(transfer)) {
                return unreachable(transfer, failure);
            }
        }
        return missing(all, failure);
    }

    private static String blocked(String words) {
        Matcher repository = BLOCKED.matcher(words);
        return repository.find() ? ", " + repository.group(1) + ")" : "";
    }

    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> all = new ArrayList<>();
        List<Throwable> left = new ArrayList<>(List.of(failure));
        while (!left.isEmpty()) {
            Throwable next = left.remove(0);
            if (all.contains(next)) {
                continue;
            }
            all.add(next);
            if (next.getCause() != null) {
                left.add(next.getCause());
            }
            if (next instanceof ArtifactResolutionException several) {
                for (ArtifactResult each : several.getResults()) {
                    left.addAll(each.getExceptions());
                }
            }
        }
        return all;
    }

    private static ArtifactTransferException transfer(List<Throwable> all, Throwable cause) {
        return all.stream().filter(each -> each instanceof ArtifactTransferException && each.getCause() == cause)
                .map(ArtifactTransferException.class::cast).findFirst().orElse(null);
    }

    private Failure checksum(ChecksumFailureException checksum, ArtifactTransferException transfer, Exception failure) {
        String what = transfer == null ? coordinates : transfer.getArtifact().toString();
        String where = transfer == null || transfer.getRepository() == null ? "a repository"
                : shown(transfer.getRepository());
        String message = checksum.getExpected() == null || checksum.getExpected().isEmpty()
                ? what + ": " + where + " has no checksum for it, expected one"
                : what + ": received the checksum " + checksum.getActual() + " of the file in " + where + ", expected "
                        + checksum.getExpected();
        return new Failure(Failure.Kind.FILE, message + ": do not use it, and tell the owner of the repository",
                failure);
    }

    private static boolean isOffline(Throwable each) {
        return each instanceof ArtifactTransferException && String.valueOf(each.getMessage()).contains("offline mode");
    }

    /** A repository that answers that it does not have the file was reached. */
    private static boolean isUnreachable(ArtifactTransferException transfer) {
        return !(transfer instanceof org.eclipse.aether.transfer.ArtifactNotFoundException);
    }

    private Failure unreachable(ArtifactTransferException transfer, Exception failure) {
        String where = transfer.getRepository() == null ? "a repository" : shown(transfer.getRepository());
        Throwable root = transfer;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        int status = Status.of(root);
        if (status == 401 || status == 403 || status == 407) {
            return new Failure(Failure.Kind.SECURITY, where + " refuses " + coordinates + " with status " + status
                    + ": give settings.xml a <server> of its id, with a name and a password that it knows", failure);
        }
        if (status > 0) {
            return new Failure(Failure.Kind.PEER, where + " answered with status " + status
                    + ", expected the file: try again later", failure);
        }
        String reason = root instanceof UnknownHostException ? "unknown host " + words(root)
                : root instanceof IOException ? words(root) : words(transfer);
        return new Failure(Failure.Kind.PEER, where + " cannot be reached: " + reason
                + "; is there a network, does settings.xml need a proxy or a mirror?", failure);
    }

    private Failure missing(List<Throwable> all, Exception failure) {
        String what = all.stream().filter(ArtifactTransferException.class::isInstance)
                .map(each -> ((ArtifactTransferException) each).getArtifact())
                .filter(each -> !isAsked(each)).map(Object::toString).findFirst().orElse(coordinates);
        if (all.stream().noneMatch(ArtifactTransferException.class::isInstance)) {
            return new Failure(Failure.Kind.FILE, coordinates + ": cannot be fetched: " + words(failure), failure);
        }
        return new Failure(Failure.Kind.FILE, what + ": not in " + repositories.stream().map(Explanation::shown)
                .collect(Collectors.joining(", ")) + (offline ? " as far as is known offline" : "")
                + ": check the coordinates, or name its repository by --repository", failure);
    }

    private boolean isAsked(Artifact artifact) {
        return coordinates.startsWith(artifact.getGroupId() + ':' + artifact.getArtifactId() + ':');
    }

    private static String shown(RemoteRepository repository) {
        return repository.getId() + " (" + repository.getUrl() + ")";
    }

    private static String words(Throwable error) {
        return error.getMessage() == null ? "no reason was given" : error.getMessage().replaceAll("\\s+", " ").strip();
    }
}
