package io.hsaw.broker;

import java.nio.file.Path;

/** Holds a data folder until it is killed. */
final class LockHolder {

    private LockHolder() {
    }

    public static void main(String[] args) throws Exception {
        try (DataDirectory directory = DataDirectory.take(Path.of(args[0]), "127.0.0.1:1")) {
            System.out.print('!');
            System.out.flush();
            Thread.currentThread().join();
        }
    }
}
