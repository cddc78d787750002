package dev.hindsight.parsers.ctf.tsdl;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Header of a packet of metadata (CTF 1.8.3, section 7.1); metadata that does not begin with its magic is plain text.
 *
 * <pre>
 *  byte 0        4              20        24            28           32
 *  +------------+--------------+---------+-------------+------------+-------------+------------+----------+
 *  | magic u32  | uuid u8[16]  | crc u32 | content u32 | packet u32 | compression | encryption | checksum |
 *  +------------+--------------+---------+-------------+------------+-------------+------------+----------+
 *  byte 35      36             37: text, content / 8 - 37 bytes, then padding up to packet / 8
 *  +------------+--------------+
 *  | major u8   | minor u8     |       content and packet: bits, from the start of the header
 *  +------------+--------------+       compression, encryption, checksum: u8, 0 for none
 * </pre>
 *
 * All in the byte order that the magic 0x75D11D57 shows.
 */
final class MetadataPacket {

    static final int BYTES = 37;
    static final int MAGIC = 0x75D11D57;

    private static final VarHandle INT_LE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_BE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private MetadataPacket() {}

    /** Whether metadata that begins so is in packets. */
    static boolean begins(byte[] bytes) {
        return bytes.length >= 4 && (int) INT_LE.get(bytes, 0) == MAGIC || isBig(bytes);
    }

    static boolean isBig(byte[] bytes) {
        return bytes.length >= 4 && (int) INT_BE.get(bytes, 0) == MAGIC;
    }

    private static int word(byte[] bytes, int at, boolean big) {
        return (int) (big ? INT_BE : INT_LE).get(bytes, at);
    }

    static int magic(byte[] bytes, int at, boolean big) {
        return word(bytes, at, big);
    }

    /** Offset of the uuid's 16 bytes. */
    static int uuidAt(int at) {
        return at + 4;
    }

    static int checksum(byte[] bytes, int at, boolean big) {
        return word(bytes, at + 20, big);
    }

    static long contentBits(byte[] bytes, int at, boolean big) {
        return word(bytes, at + 24, big) & 0xFFFFFFFFL;
    }

    static long packetBits(byte[] bytes, int at, boolean big) {
        return word(bytes, at + 28, big) & 0xFFFFFFFFL;
    }

    static int compression(byte[] bytes, int at) {
        return bytes[at + 32] & 0xFF;
    }

    static int encryption(byte[] bytes, int at) {
        return bytes[at + 33] & 0xFF;
    }

    static int checksumScheme(byte[] bytes, int at) {
        return bytes[at + 34] & 0xFF;
    }

    static int major(byte[] bytes, int at) {
        return bytes[at + 35] & 0xFF;
    }

    static int minor(byte[] bytes, int at) {
        return bytes[at + 36] & 0xFF;
    }
}
