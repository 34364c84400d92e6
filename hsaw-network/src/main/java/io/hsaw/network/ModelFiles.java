package io.hsaw.network;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.hsaw.network.weights.InvalidWeightsException;
import io.hsaw.network.weights.NetworkLayout;
import io.hsaw.network.weights.SafeTensors;
import io.hsaw.network.weights.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Function;

/**
 * A model's directory: {@code card.json} and {@code weights.safetensors}. Both are data; no code is ever loaded from a
 * model.
 */
public final class ModelFiles {

    /** The card's file name. */
    public static final String CARD = "card.json";
    /** The weights' file name. */
    public static final String WEIGHTS = "weights.safetensors";

    private static final int MAX_CARD_BYTES = 1 << 20;
    /** Room for every tensor of the network in 32 bits, 45 MB. */
    private static final long MAX_WEIGHTS_BYTES = 64L << 20;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ModelFiles() {
    }

    /**
     * The card of a model.
     *
     * @throws InvalidModelException if there is none, or it cannot be read, or a field is missing or out of range
     */
    public static ModelCard readCard(Path directory) throws InvalidModelException {
        Path file = directory.resolve(CARD);
        requireSize(file, MAX_CARD_BYTES);
        try {
            ModelCard card = JSON.readValue(Files.readAllBytes(file), ModelCard.class);
            if (card == null) {
                throw new InvalidModelException(file + " is empty: copy the model again", null);
            }
            return card;
        } catch (JsonProcessingException e) {
            Throwable cause = e.getCause() instanceof IllegalArgumentException ? e.getCause() : e;
            String reason = cause instanceof JsonProcessingException json ? json.getOriginalMessage() : cause.getMessage();
            throw new InvalidModelException(file + " is no model card: " + reason + "; copy the model again", e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /**
     * The weights that a card belongs to: every tensor of {@link NetworkLayout}, by name.
     *
     * @throws InvalidModelException if the file is not the one that the card names by its hash, or a tensor is missing,
     *                               has another shape or holds a value that is not finite
     */
    public static Map<String, Tensor> readWeights(Path directory, ModelCard card) throws InvalidModelException {
        Path file = directory.resolve(WEIGHTS);
        requireSize(file, MAX_WEIGHTS_BYTES);
        try {
            String hash = sha256(file);
            if (!hash.equals(card.weightsSha256())) {
                throw new InvalidModelException(file + " has SHA-256 " + hash + ", its card expects " + card.weightsSha256()
                        + ": the file is damaged or belongs to another model; copy the model again", null);
            }
            return NetworkLayout.read(file);
        } catch (InvalidWeightsException e) {
            throw new InvalidModelException(e.getMessage(), e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /**
     * Writes a model: matrices with 16 bits, vectors and batch norm with 32, 22 MB in all.
     *
     * @param cardOf makes the card, given the hash of the written weights
     * @return the card as written
     */
    public static ModelCard write(Path directory, Map<String, Tensor> weights, Function<String, ModelCard> cardOf)
            throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve(WEIGHTS);
        SafeTensors.write(file, weights, NetworkLayout::isHalfPrecision);
        ModelCard card = cardOf.apply(sha256(file));
        Path unfinished = directory.resolve(CARD + ".part");
        JSON.writerWithDefaultPrettyPrinter().writeValue(unfinished.toFile(), card);
        Files.move(unfinished, directory.resolve(CARD), StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
        return card;
    }

    private static void requireSize(Path file, long maximum) throws InvalidModelException {
        try {
            long size = Files.size(file);
            if (size > maximum) {
                throw new InvalidModelException(file + " has " + size + " bytes, expected at most " + maximum
                        + ": this is no model of this network", null);
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static InvalidModelException unreadable(Path file, IOException e) {
        return e instanceof NoSuchFileException
                ? new InvalidModelException(file + " does not exist: a model is a directory with " + CARD + " and " + WEIGHTS, e)
                : new InvalidModelException(file + " cannot be read: " + e, e);
    }

    /** The SHA-256 of a file's bytes, 64 hexadecimal digits. */
    public static String sha256(Path file) throws IOException {
        try (DigestInputStream in = new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
