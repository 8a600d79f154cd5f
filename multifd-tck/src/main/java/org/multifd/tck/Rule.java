package org.multifd.tck;

/**
 * The contract's rules, with {@link org.multifd.api.MultiFDMethods}' numbers. Three are core's side and nothing that a
 * provider could break: {@link #RULE_1_2}, {@link #RULE_1_6} and {@link #RULE_1_8}.
 */
public enum Rule {
    /** The name's grammar; for {@code none} and {@code zlib}, and with an oracle, also that it means QEMU's payloads. */
    RULE_1_1("1.1", "name keeps to the grammar", IdentityRules::name),
    /** Core's side: which of two providers of one name is taken. */
    RULE_1_2("1.2", "one provider of a name is taken", null),
    /** Construct, name, apiVersion, priority and parameters: no failure, no native library, the same answers again. */
    RULE_1_3("1.3", "constructing and naming do nothing that fails", IdentityRules::construction),
    /** Asked again and again, throws nothing, has a line for people; a usable method can be set up. */
    RULE_1_4("1.4", "availability is an answer and never thrown", IdentityRules::availability),
    /** The version is this API's. */
    RULE_1_5("1.5", "api version is the one of this api", IdentityRules::version),
    /** Core's side: a broken provider stops no other one. */
    RULE_1_6("1.6", "broken provider stops no other", null),
    /** module-info and META-INF/services beside the provider's class name the same classes, which can be constructed. */
    RULE_1_7("1.7", "provides and services agree", IdentityRules::services),
    /** Core's side: a jar without a provider is reported. */
    RULE_1_8("1.8", "jar without a provider is reported", null);

    private final String number;
    private final String title;
    private final Check check;

    Rule(String number, String title, Check check) {
        this.number = number;
        this.title = title;
        this.check = check;
    }

    /**
     * The rule's number in the contract.
     *
     * @return as in 2.3
     */
    public String number() {
        return number;
    }

    /**
     * The rule in a few words.
     *
     * @return lower case, no full stop
     */
    public String title() {
        return title;
    }

    /**
     * Whether the rule binds core alone, so that no provider can break it.
     *
     * @return true for those that no test of a provider can check
     */
    public boolean coresSide() {
        return check == null;
    }

    Check check() {
        return check;
    }
}
