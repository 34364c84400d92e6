package io.hsaw.trainer.dataset;

import java.io.IOException;

/** Where a sample's picture comes from. Safe for use by several threads. */
@FunctionalInterface
public interface PictureSource {

    /** The picture as JPEG, PNG or WebP. */
    byte[] read() throws IOException;
}
