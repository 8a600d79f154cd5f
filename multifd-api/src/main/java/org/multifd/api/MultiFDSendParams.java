package org.multifd.api;

/** What one sending channel is like: given to {@link MultiFDMethods#sendSetup}. Named as QEMU's structure. */
public interface MultiFDSendParams extends MultiFDParams {
}
