package org.multifd.provider.nocomp;

import org.multifd.api.MultiFDMethods;
import org.multifd.tck.MultiFDMethodsConformanceTest;

class NoCompConformanceTest extends MultiFDMethodsConformanceTest {

    @Override
    public MultiFDMethods methods() {
        return new NoCompMethods();
    }
}
