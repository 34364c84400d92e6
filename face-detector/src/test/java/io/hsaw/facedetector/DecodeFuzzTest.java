package io.hsaw.facedetector;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecodeFuzzTest {

    @Test
    void everyOneOfAHundredThousandDamagedPicturesIsDecodedOrRefused(@TempDir Path directory) throws Exception {
        OwnProcess.mustSucceed(directory, DecodeFuzz.class, "100000", "20261122");
    }
}
