package io.hsaw.trainer.dataset;

import io.hsaw.contracts.Expression;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** Anyone's own pictures of faces: one folder per class. For training a tenth is held out. */
final class PictureFolder {

    static final String NAME = "folder";
    static final LabelScheme LABELS = LabelScheme.of(0, Expression.values());

    private PictureFolder() {
    }

    static DataSet open(Path path) throws DataSetException {
        return DataSetFiles.openWith(path, files -> {
            Path top = files.top(LABELS.names().keySet().toArray(String[]::new));
            List<SampleRef> samples = ClassFolders.read(files, top, LABELS, DataSet.ALL, "").stream()
                    .sorted(Comparator.comparing(SampleRef::id)).toList();
            if (samples.isEmpty()) {
                throw new DataSetException("%s: holds no pictures; expected them in folders named %s", files.place(top),
                        LABELS.describeNames());
            }
            return new DataSet(NAME, LABELS, samples,
                    new DataSet.Roles(DataSet.ALL, DataSet.TRAIN, null, DataSet.ALL), files);
        });
    }
}
