/**
 * Where methods come from and which provider serves a name: {@link org.multifd.core.internal.provider.Providers}; what
 * a user may ask for; how two sides settle on a method.
 */
package org.multifd.core.internal.provider;
