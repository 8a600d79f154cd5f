/** The messages by which two multifd peers agree on a method. */
package org.multifd.core.internal.negotiation;
