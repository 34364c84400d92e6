package io.hsaw.network.store;

import io.hsaw.network.ModelCard;
import java.nio.file.Path;

/**
 * A model in a store.
 *
 * @param path       in the store: {@code <name>/<version>}
 * @param directory  with its files
 * @param card       what it is
 * @param cardSha256 of the card's file, 64 hexadecimal digits. The card names the hash of the weights, so this one hash
 *                   stands for the whole model
 */
public record StoredModel(String path, Path directory, ModelCard card, String cardSha256) {
}
