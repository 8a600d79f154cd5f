package org.multifd.install;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.maven.settings.Repository;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession.CloseableSession;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.repository.RepositoryPolicy;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.resolution.DependencyResolutionException;
import org.eclipse.aether.supplier.RepositorySystemSupplier;
import org.eclipse.aether.transfer.ArtifactNotFoundException;

/**
 * Fetches what the coordinates name. With an extension in them that is the one file, and for a jar what it needs at run
 * time; without one it is the provider's directory as its author has packed it, the zip of the classifier
 * {@code provider}, and where there is none the jar.
 */
final class Resolution implements AutoCloseable {

    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9_.+-]+");
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9_.-]+");
    private static final Pattern REPOSITORY = Pattern.compile("(?:([A-Za-z0-9_.-]+)::)?((?:https?|file):.+)");

    private static final RepositoryPolicy ALL = new RepositoryPolicy(true, RepositoryPolicy.UPDATE_POLICY_ALWAYS,
            RepositoryPolicy.CHECKSUM_POLICY_FAIL);
    private static final RepositoryPolicy NONE = new RepositoryPolicy(false, RepositoryPolicy.UPDATE_POLICY_NEVER,
            RepositoryPolicy.CHECKSUM_POLICY_FAIL);

    /** The program that loads a provider has them. */
    private static final List<String> PROVIDED = List.of("multifd-api");

    private final Request request;
    private final Session settings;
    private final RepositorySystem system;
    private final CloseableSession session;
    private final List<RemoteRepository> repositories;

    Resolution(Request request, UserSettings user, Output output) throws Failure {
        this.request = request;
        settings = new Session(request, user);
        List<RemoteRepository> wanted = wanted(user);
        system = new RepositorySystemSupplier().get();
        session = settings.open(system, new Transfers(output));
        repositories = system.newResolutionRepositories(session, wanted);
    }

    /** The given ones, those of the settings, and Maven Central. */
    private List<RemoteRepository> wanted(UserSettings user) throws Failure {
        List<RemoteRepository> wanted = new ArrayList<>();
        for (String each : request.repositories()) {
            var parts = REPOSITORY.matcher(each);
            if (!parts.matches()) {
                throw new Failure(Failure.Kind.USAGE, "repository: received " + each
                        + ", expected a URL that begins with https:, http: or file:, perhaps with ID:: before it",
                        null);
            }
            String id = parts.group(1) == null ? "repository" + (wanted.size() + 1) : parts.group(1);
            wanted.add(new RemoteRepository.Builder(id, "default", parts.group(2)).setPolicy(ALL).build());
        }
        for (Repository each : user.repositories()) {
            wanted.add(new RemoteRepository.Builder(each.getId(), "default", each.getUrl())
                    .setReleasePolicy(policy(each.getReleases()))
                    .setSnapshotPolicy(policy(each.getSnapshots())).build());
        }
        if (wanted.stream().noneMatch(each -> each.getId().equals("central"))) {
            wanted.add(new RemoteRepository.Builder("central", "default", "https://repo.maven.apache.org/maven2")
                    .setReleasePolicy(ALL)
                    .setSnapshotPolicy(NONE).build());
        }
        return wanted;
    }

    private static RepositoryPolicy policy(org.apache.maven.settings.RepositoryPolicy given) {
        return given == null || given.isEnabled() ? ALL : NONE;
    }

    /** Fetches it: the provider's own file first. */
    List<ArtifactResult> fetch() throws Failure {
        List<String> parts = List.of(request.coordinates().split(":", -1));
        boolean valid = parts.size() >= 3 && parts.size() <= 5
                && VERSION.matcher(parts.get(parts.size() - 1)).matches()
                && parts.subList(0, parts.size() - 1).stream().allMatch(each -> PART.matcher(each).matches());
        if (!valid) {
            throw new Failure(Failure.Kind.USAGE, "coordinates: received " + request.coordinates()
                    + ", expected GROUP:ARTIFACT:VERSION with one version, perhaps with an extension and a classifier "
                    + "before it", null);
        }
        Explanation explanation = new Explanation(request.coordinates(), repositories, settings.offline());
        try {
            if (parts.size() > 3) {
                Artifact named = new DefaultArtifact(request.coordinates());
                return named.getExtension().equals("zip") ? List.of(file(named)) : withDependencies(named);
            }
            try {
                return List.of(file(new DefaultArtifact(parts.get(0), parts.get(1), "provider", "zip",
                        parts.get(2))));
            } catch (ArtifactResolutionException e) {
                if (!isMissing(e)) {
                    throw e;
                }
                return withDependencies(new DefaultArtifact(parts.get(0), parts.get(1), "jar", parts.get(2)));
            }
        } catch (ArtifactResolutionException | DependencyResolutionException e) {
            throw explanation.of(e);
        } catch (RuntimeException e) { // the resolver's, of what nobody expects
            throw new Failure(Failure.Kind.FILE, request.coordinates() + ": cannot be fetched: " + e.getMessage(), e);
        }
    }

    private static boolean isMissing(ArtifactResolutionException e) {
        return e.getResults().stream().flatMap(each -> each.getExceptions().stream())
                .allMatch(ArtifactNotFoundException.class::isInstance);
    }

    private ArtifactResult file(Artifact artifact) throws ArtifactResolutionException {
        return system.resolveArtifact(session, new ArtifactRequest(artifact, repositories, null));
    }

    private List<ArtifactResult> withDependencies(Artifact artifact) throws DependencyResolutionException {
        CollectRequest collect = new CollectRequest(new Dependency(artifact, "runtime"), repositories);
        return system.resolveDependencies(session, new DependencyRequest(collect, (node, parents) ->
                node.getArtifact() == null || !isProvided(node.getArtifact()))).getArtifactResults();
    }

    private static boolean isProvided(Artifact artifact) {
        return artifact.getGroupId().equals("org.multifd") && PROVIDED.contains(artifact.getArtifactId());
    }

    @Override
    public void close() {
        session.close();
        system.shutdown();
    }
}
