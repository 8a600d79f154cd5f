package com.example.multifd.dict;

import org.multifd.api.MultiFDMethods;
import org.multifd.tck.MultiFDMethodsConformanceTest;

/** Every rule of the contract that a provider can break, without a dictionary. */
class DictConformanceTest extends MultiFDMethodsConformanceTest {

    @Override
    public MultiFDMethods methods() {
        return new DictMethods();
    }
}
