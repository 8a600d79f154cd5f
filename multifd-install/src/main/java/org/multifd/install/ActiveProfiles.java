package org.multifd.install;

import java.util.List;
import org.apache.maven.model.Activation;
import org.apache.maven.model.ActivationFile;
import org.apache.maven.model.ActivationOS;
import org.apache.maven.model.ActivationProperty;
import org.apache.maven.model.profile.DefaultProfileActivationContext;
import org.apache.maven.model.profile.DefaultProfileSelector;
import org.apache.maven.model.profile.activation.JdkVersionProfileActivator;
import org.apache.maven.model.profile.activation.OperatingSystemProfileActivator;
import org.apache.maven.model.profile.activation.PropertyProfileActivator;
import org.apache.maven.settings.Profile;
import org.apache.maven.settings.Settings;

/** Which profiles of the settings are active: those that are named, and those whose condition holds. */
final class ActiveProfiles {

    private final Settings settings;

    ActiveProfiles(Settings settings) {
        this.settings = settings;
    }

    List<Profile> get() {
        DefaultProfileSelector selector = new DefaultProfileSelector()
                .addProfileActivator(new JdkVersionProfileActivator())
                .addProfileActivator(new OperatingSystemProfileActivator())
                .addProfileActivator(new PropertyProfileActivator());
        DefaultProfileActivationContext context = new DefaultProfileActivationContext()
                .setActiveProfileIds(settings.getActiveProfiles())
                .setSystemProperties(System.getProperties());
        List<String> active = selector.getActiveProfiles(settings.getProfiles().stream().map(ActiveProfiles::ofModel)
                .toList(), context, problem -> { }).stream().map(org.apache.maven.model.Profile::getId).toList();
        return settings.getProfiles().stream().filter(each -> active.contains(each.getId())).toList();
    }

    /** The same condition in the words of a project's model, which is what the selector reads. */
    private static org.apache.maven.model.Profile ofModel(Profile profile) {
        org.apache.maven.model.Profile model = new org.apache.maven.model.Profile();
        model.setId(profile.getId());
        org.apache.maven.settings.Activation from = profile.getActivation();
        if (from == null) {
            return model;
        }
        Activation to = new Activation();
        to.setActiveByDefault(from.isActiveByDefault());
        to.setJdk(from.getJdk());
        if (from.getOs() != null) {
            ActivationOS os = new ActivationOS();
            os.setArch(from.getOs().getArch());
            os.setFamily(from.getOs().getFamily());
            os.setName(from.getOs().getName());
            os.setVersion(from.getOs().getVersion());
            to.setOs(os);
        }
        if (from.getProperty() != null) {
            ActivationProperty property = new ActivationProperty();
            property.setName(from.getProperty().getName());
            property.setValue(from.getProperty().getValue());
            to.setProperty(property);
        }
        if (from.getFile() != null) { // no project, so no file of one: without an activator it is never active
            ActivationFile file = new ActivationFile();
            file.setExists(from.getFile().getExists());
            file.setMissing(from.getFile().getMissing());
            to.setFile(file);
        }
        model.setActivation(to);
        return model;
    }
}
