package io.hsaw.inference.service;

import io.hsaw.contracts.ModelRef;
import io.hsaw.inference.ExpressionReader;
import io.hsaw.inference.ReplyMaker;
import io.hsaw.inference.Tracks;
import io.hsaw.network.HsawModel;
import io.hsaw.network.InvalidModelException;
import io.hsaw.network.ModelCard;
import io.hsaw.network.NetworkSettings;
import java.nio.file.Path;
import java.util.function.ToDoubleFunction;

/**
 * A model with all that changes with it: what reads faces, and the temperatures and the threshold that go into replies.
 *
 * @param model      its name and version
 * @param cardSha256 of its card; null where it is of no store
 * @param reader     reads faces
 * @param replies    names it in every reply
 * @param free       gives back its memory
 */
record RunningModel(ModelRef model, String cardSha256, ExpressionReader reader, ReplyMaker replies, Runnable free) {

    /**
     * Loads a model and tries it out.
     *
     * @param cardSha256     null for a model of no store
     * @param uncertainBelow what replies take for uncertain, by the card; 0 for nothing
     * @param tracks         follows the faces, whichever model reads them
     */
    static RunningModel load(Path directory, String cardSha256, NetworkSettings settings,
            ToDoubleFunction<ModelCard> uncertainBelow, Tracks tracks) throws InvalidModelException {
        HsawModel model = HsawModel.load(directory, settings);
        ModelCard card = model.card();
        return new RunningModel(card.ref(), cardSha256, new ExpressionReader(model::predict), new ReplyMaker(card.ref(),
                card.temperatures(), uncertainBelow.applyAsDouble(card), tracks), model::close);
    }
}
