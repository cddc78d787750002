package dev.hindsight.parsers.ctf.tsdl;

import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.fault.UnreadableTraceException;
import dev.hindsight.parsers.fault.UnsupportedTraceException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The text of a trace's metadata, out of its packets where it is in packets, and where each byte of it stands. */
final class MetadataText {

    /** Longer metadata is refused: a kernel's with all events and system calls is 2 MB. */
    private static final long MOST_BYTES = 64L << 20;

    private static final int RECORD_SEPARATOR = 0x1E;

    private final Path file;
    /** ISO 8859-1, a byte a character; what is in quotes is UTF-8. */
    private final String text;

    private final byte[] uuid;
    /** Pairs: place in the text where a packet's text begins, offset of that in the file. */
    private final List<long[]> parts;

    private MetadataText(Path file, String text, byte[] uuid, List<long[]> parts) {
        this.file = file;
        this.text = text;
        this.uuid = uuid;
        this.parts = parts;
    }

    /** Reads the file {@code metadata} of a trace. */
    static MetadataText read(Path file) {
        byte[] bytes;
        try {
            long size = Files.size(file);
            if (size > MOST_BYTES) {
                throw new UnsupportedTraceException(
                        file, 0, "metadata of at most " + MOST_BYTES + " bytes", size + " bytes");
            }
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UnreadableTraceException(file, -1, "readable metadata", e);
        }
        return of(file, bytes);
    }

    static MetadataText of(Path file, byte[] bytes) {
        if (bytes.length == 0) {
            throw new DamagedTraceException(file, 0, "metadata of CTF 1.8", "an empty file");
        }
        if (MetadataPacket.begins(bytes)) {
            return unpacked(file, bytes);
        }
        if (bytes[0] == RECORD_SEPARATOR) {
            throw new UnsupportedTraceException(
                    file,
                    0,
                    "metadata of CTF 1.8 (babeltrace2 --output-format=ctf --params=ctf-version=\"1.8\" converts)",
                    "metadata of CTF 2 (a JSON text sequence)");
        }
        return new MetadataText(file, new String(bytes, StandardCharsets.ISO_8859_1), null, List.of(new long[] {0, 0}));
    }

    private static MetadataText unpacked(Path file, byte[] bytes) {
        boolean big = MetadataPacket.isBig(bytes);
        ByteArrayOutputStream text = new ByteArrayOutputStream(bytes.length);
        List<long[]> parts = new ArrayList<>();
        byte[] uuid = Arrays.copyOfRange(bytes, MetadataPacket.uuidAt(0), Math.min(bytes.length, 20));
        int at = 0;
        while (at < bytes.length) {
            long packet = checked(file, bytes, at, big, uuid);
            int content = (int) (MetadataPacket.contentBits(bytes, at, big) / 8);
            parts.add(new long[] {text.size(), at + MetadataPacket.BYTES});
            text.write(bytes, at + MetadataPacket.BYTES, content - MetadataPacket.BYTES);
            at += (int) (packet / 8);
        }
        return new MetadataText(file, text.toString(StandardCharsets.ISO_8859_1), uuid, parts);
    }

    /** Bits of the packet, of which nothing is wrong. */
    private static long checked(Path file, byte[] bytes, int at, boolean big, byte[] uuid) {
        if (bytes.length - at < MetadataPacket.BYTES) {
            throw new DamagedTraceException(
                    file, at, "a packet header of " + MetadataPacket.BYTES + " bytes", bytes.length - at + " bytes");
        }
        if (MetadataPacket.magic(bytes, at, big) != MetadataPacket.MAGIC) {
            throw new DamagedTraceException(
                    file,
                    at,
                    "the magic 0x75d11d57 of a metadata packet",
                    "0x" + Integer.toHexString(MetadataPacket.magic(bytes, at, big)));
        }
        int major = MetadataPacket.major(bytes, at);
        int minor = MetadataPacket.minor(bytes, at);
        if (major != 1 || minor != 8) {
            throw new UnsupportedTraceException(
                    file, at + 35L, "a metadata packet of CTF 1.8", "version " + major + "." + minor);
        }
        if (MetadataPacket.compression(bytes, at) != 0 || MetadataPacket.encryption(bytes, at) != 0) {
            throw new UnsupportedTraceException(
                    file,
                    at + 32L,
                    "metadata neither compressed nor encrypted",
                    "compression " + MetadataPacket.compression(bytes, at) + ", encryption "
                            + MetadataPacket.encryption(bytes, at));
        }
        if (MetadataPacket.checksumScheme(bytes, at) != 0 || MetadataPacket.checksum(bytes, at, big) != 0) {
            throw new UnsupportedTraceException(
                    file,
                    at + 34L,
                    "metadata without a checksum",
                    "scheme " + MetadataPacket.checksumScheme(bytes, at) + ", checksum 0x"
                            + Integer.toHexString(MetadataPacket.checksum(bytes, at, big)));
        }
        int uuidAt = MetadataPacket.uuidAt(at);
        if (!Arrays.equals(bytes, uuidAt, uuidAt + 16, uuid, 0, 16)) {
            throw new DamagedTraceException(
                    file, uuidAt, "the UUID of the first packet", "another one: packets of two traces");
        }
        long content = MetadataPacket.contentBits(bytes, at, big);
        long packet = MetadataPacket.packetBits(bytes, at, big);
        if (content % 8 != 0 || content / 8 < MetadataPacket.BYTES || content > packet) {
            throw new DamagedTraceException(
                    file,
                    at + 24L,
                    "whole bytes of content from " + 8 * MetadataPacket.BYTES + " to " + packet + " bits",
                    content + " bits");
        }
        if (packet % 8 != 0 || packet / 8 > bytes.length - at) {
            throw new DamagedTraceException(
                    file, at + 28L, "a packet within the " + (bytes.length - at) + " bytes left", packet + " bits");
        }
        return packet;
    }

    String text() {
        return text;
    }

    /** Of the packets' headers, null for plain text. */
    byte[] uuid() {
        return uuid;
    }

    Path file() {
        return file;
    }

    /** Offset in the file of a place in the text. */
    long offset(int place) {
        long offset = place;
        for (long[] part : parts) {
            if (part[0] > place) {
                break;
            }
            offset = part[1] + place - part[0];
        }
        return offset;
    }

    /** Number of the line of a place in the text, from 1. */
    int line(int place) {
        int line = 1;
        for (int i = Math.min(place, text.length()) - 1; i >= 0; i--) {
            if (text.charAt(i) == '\n') {
                line++;
            }
        }
        return line;
    }

    /** The error of a place in the text. */
    DamagedTraceException error(int place, String expected, String found) {
        return new DamagedTraceException(file, offset(place), expected, found + " in line " + line(place));
    }

    /** The refusal of what stands at a place in the text. */
    UnsupportedTraceException refusal(int place, String expected, String found) {
        return new UnsupportedTraceException(file, offset(place), expected, found + " in line " + line(place));
    }
}
