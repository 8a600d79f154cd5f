package @package@;

import org.multifd.api.MultiFDMethods;
import org.multifd.tck.MultiFDMethodsConformanceTest;

/** Every rule of the contract that a provider can break, one test each. */
class @Name@ConformanceTest extends MultiFDMethodsConformanceTest {

    @Override
    public MultiFDMethods methods() {
        return new @Name@Methods();
    }
}
