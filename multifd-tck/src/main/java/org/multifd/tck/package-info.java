/**
 * The conformance kit. A provider's test extends {@link org.multifd.tck.MultiFDMethodsConformanceTest}; a program runs
 * {@link org.multifd.tck.Conformance} and shows its {@link org.multifd.tck.Report}. The rules are those of
 * {@link org.multifd.api.MultiFDMethods}, with its numbers: {@link org.multifd.tck.Rule} says what each one tries and
 * which none can check.
 */
package org.multifd.tck;
