package dev.hindsight.parsers.ctf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.sampletraces.synthetic.CtfBits;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BitReaderTest {

    @Test
    void integers_of_any_size_at_any_bit_read_as_they_were_put_bit_by_bit() {
        long seed = 20130716L;
        Random random = new Random(seed);
        for (boolean big : new boolean[] {false, true}) {
            for (int round = 0; round < 300; round++) {
                CtfBits bits = new CtfBits();
                List<long[]> put = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    int size = random.nextInt(4) == 0 ? 8 << random.nextInt(4) : 1 + random.nextInt(64);
                    long value = random.nextInt(3) == 0 ? random.nextInt(9) - 4 : random.nextLong();
                    put.add(new long[] {bits.size(), size, value});
                    bits.put(value, size, big);
                }
                byte[] bytes = bits.bytes();
                for (long[] one : put) {
                    int unused = 64 - (int) one[1];
                    assertThat(BitReader.read(bytes, one[0], (int) one[1], false, big))
                            .as("bit %d, size %d, big %s, seed %d", one[0], one[1], big, seed)
                            .isEqualTo(one[2] << unused >>> unused);
                    assertThat(BitReader.read(bytes, one[0], (int) one[1], true, big))
                            .isEqualTo(one[2] << unused >> unused);
                }
            }
        }
    }
}
