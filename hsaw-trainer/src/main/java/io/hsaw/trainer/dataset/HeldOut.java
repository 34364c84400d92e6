package io.hsaw.trainer.dataset;

import io.hsaw.contracts.Expression;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The rule by which a part is held out where the data set has none of its own: of each class the tenth of its pictures
 * whose salted pixel hashes are smallest. Samples with the same pixels always go together; where they carry different
 * labels, they are counted with the first of these classes. The same pictures give the same part wherever and however
 * they are stored.
 */
public final class HeldOut {

    private static final String SALT = "hsaw-held-out";

    /** The rule in words. */
    public static final String RULE =
            "of each class the tenth whose SHA-256 of \"" + SALT + "\" and pixel hash is smallest";

    private static final int ONE_OF = 10;

    private HeldOut() {
    }

    /**
     * The pixel hashes of what is held out.
     *
     * @param labels of the training part's samples
     * @param hashes pixel hash of each
     */
    public static Set<String> hashes(List<Expression> labels, List<String> hashes) {
        Map<String, Expression> classOfPicture = new HashMap<>();
        Map<String, Integer> copies = new HashMap<>();
        for (int i = 0; i < labels.size(); i++) {
            classOfPicture.merge(hashes.get(i), labels.get(i), (a, b) -> a.compareTo(b) <= 0 ? a : b);
            copies.merge(hashes.get(i), 1, Integer::sum);
        }
        Map<Expression, TreeMap<String, String>> picturesBySaltedHash = new EnumMap<>(Expression.class);
        classOfPicture.forEach((hash, expression) -> picturesBySaltedHash
                .computeIfAbsent(expression, e -> new TreeMap<>())
                .put(Sha256.hex((SALT + hash).getBytes(StandardCharsets.UTF_8)), hash));

        Set<String> heldOut = new HashSet<>();
        for (TreeMap<String, String> pictures : picturesBySaltedHash.values()) {
            int total = pictures.values().stream().mapToInt(copies::get).sum();
            int taken = 0;
            for (String hash : pictures.values()) {
                if (taken >= Math.round((double) total / ONE_OF)) {
                    break;
                }
                heldOut.add(hash);
                taken += copies.get(hash);
            }
        }
        return heldOut;
    }
}
