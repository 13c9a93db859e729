package io.outcry.bench;

import io.outcry.core.crypto.Crypto;
import io.outcry.core.crypto.CryptoProvider;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** SHA-256, which the virtual machine knows by heart: why the JDK comes first here and nowhere else. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HashBenchmark {

    /** Length of the message. */
    @Param({"256", "4096"})
    int length;

    /** Who does it. */
    @Param({"JDK", "BouncyCastle"})
    String by = "";

    private byte[] message = {};
    private CryptoProvider crypto = Crypto.preferred();

    /** Finds the provider. */
    @Setup
    public void setUp() {
        message = new byte[length];
        crypto = Crypto.all().stream()
                .filter(provider -> provider.name().equals(by))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no provider is called " + by));
    }

    /** Hashes it. */
    @Benchmark
    public byte[] sha256() {
        return crypto.sha256(message);
    }
}
