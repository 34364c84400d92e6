package io.hsaw.local;

import java.io.IOException;

/** Programs of the system: kill, mount, umount. */
final class Tool {

    private Tool() {
    }

    /** Runs a program to its end, without output. @return whether it succeeded; also not if there is none */
    static boolean run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
