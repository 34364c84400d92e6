package io.hsaw.trainer.dataset;

import io.hsaw.contracts.Expression;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Pictures in one folder per class. */
final class ClassFolders {

    private ClassFolders() {
    }

    /**
     * The face crops of a folder of class folders.
     *
     * @param idPrefix what ids begin with
     * @throws DataSetException if a folder's name is none of a class, or something else lies there
     */
    static List<SampleRef> read(DataSetFiles files, Path folder, LabelScheme labels, String split, String idPrefix)
            throws DataSetException {
        List<SampleRef> samples = new ArrayList<>();
        for (Path classFolder : files.list(folder)) {
            String name = DataSetFiles.name(classFolder);
            Expression label = labels.ofName(name).orElseThrow(() -> unknown(files, classFolder, labels));
            if (!Files.isDirectory(classFolder)) {
                throw unknown(files, classFolder, labels);
            }
            for (Path picture : files.pictures(classFolder)) {
                samples.add(new SampleRef(idPrefix + name + "/" + DataSetFiles.stem(picture), label, split, true, null,
                        files.place(picture), () -> Files.readAllBytes(picture)));
            }
        }
        return samples;
    }

    private static DataSetException unknown(DataSetFiles files, Path found, LabelScheme labels) {
        return new DataSetException("%s: is no folder of a class; expected folders named %s", files.place(found),
                labels.describeNames());
    }
}
