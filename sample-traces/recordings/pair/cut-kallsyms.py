#!/usr/bin/env python3
"""Copies a trace.dat of file format 7 with few of its kernel symbols, which are most of a small file.

cut-kallsyms.py FROM TO SYMBOL...

Every other byte stays as it was, but for the offsets of what stands behind the symbols: whole multiples of 4096 bytes
are taken out, so that pages stay aligned. Layout: trace-cmd.dat.v7(5). Little-endian files only.
"""
import struct
import sys

SECTION_OPTIONS, DONE, BUFFER, KALLSYMS = 0, 0, 3, 19
POINTERS = (16, 17, 18, 19, 20, 21)


def main(source, target, keep):
    data = bytearray(open(source, "rb").read())
    at = 3 + 7 + data[10:].index(0) + 1 + 1 + 1 + 4  # magic, "tracing", version, endian, long, page size
    for _ in range(2):  # compression: name, version
        at = data.index(0, at) + 1
    first = at
    section, pointers, symbols = struct.unpack_from("<Q", data, at)[0], [first], None
    while section:
        pos, size = section + 16, struct.unpack_from("<Q", data, section + 8)[0]
        end, section = pos + size, 0
        while pos < end:
            option, length = struct.unpack_from("<HI", data, pos)
            pos += 6
            if option in POINTERS:
                pointers.append(pos)
                if option == KALLSYMS:
                    symbols = struct.unpack_from("<Q", data, pos)[0]
            elif option == BUFFER:
                pointers.append(pos)
                p = data.index(0, pos + 8) + 1  # name
                p = data.index(0, p) + 1 + 4  # clock, page size
                cpus = struct.unpack_from("<I", data, p)[0]
                pointers += [p + 4 + 20 * i + 4 for i in range(cpus)]
            elif option == DONE:
                pointers.append(pos)
                section = struct.unpack_from("<Q", data, pos)[0]
            pos += length
            if option == DONE:
                break
    size = struct.unpack_from("<Q", data, symbols + 8)[0]
    text = "".join(line + "\n" for line in keep).encode() + b"\0"
    section = struct.pack("<I", len(text)) + text
    cut = (size - len(section) - 16) // 4096 * 4096
    section += bytes(size - cut - len(section))
    for pointer in pointers:
        value = struct.unpack_from("<Q", data, pointer)[0]
        if value > symbols:
            struct.pack_into("<Q", data, pointer, value - cut)
    struct.pack_into("<HHIQ", data, symbols, *struct.unpack_from("<H", data, symbols), 0,
                     *struct.unpack_from("<I", data, symbols + 4), size - cut)
    data[symbols + 16:symbols + 16 + size] = section
    open(target, "wb").write(data)


main(sys.argv[1], sys.argv[2], sys.argv[3:])
