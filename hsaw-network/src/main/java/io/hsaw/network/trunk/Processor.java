package io.hsaw.network.trunk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What this machine's processor can do.
 *
 * @param features names of instruction sets as Linux gives them; empty where that is not known
 */
record Processor(Set<String> features) {

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    /** Instructions that multiply bf16 numbers: tiles (AMX), vectors (AVX-512). */
    private static final List<String> BFLOAT16 = List.of("amx_bf16", "avx512_bf16");

    /** This machine's; without features where they cannot be read: 32 bits are right everywhere. */
    static Processor current() {
        try {
            return Files.isReadable(CPU_INFO) ? parse(Files.readAllLines(CPU_INFO)) : new Processor(Set.of());
        } catch (IOException e) {
            return new Processor(Set.of());
        }
    }

    /** From the lines of {@code /proc/cpuinfo}. */
    static Processor parse(List<String> lines) {
        return new Processor(lines.stream()
                .filter(line -> line.startsWith("flags"))
                .findFirst()
                .map(line -> Set.copyOf(Arrays.asList(line.substring(line.indexOf(':') + 1).trim().split("\\s+"))))
                .orElse(Set.of()));
    }

    /** The instructions with which bf16 is faster than 32 bits, if there are any. */
    Optional<String> bfloat16() {
        return BFLOAT16.stream().filter(features::contains).findFirst();
    }
}
