package dev.hindsight.parsers.format;

import dev.hindsight.parsers.table.ColumnType;
import java.util.Set;

/**
 * One field line of a format file:
 *
 * <pre>
 *   field:unsigned long caller[8];	offset:16;	size:64;	signed:0;
 *   field:__data_loc char[] name;	offset:8;	size:4;	signed:0;
 * </pre>
 *
 * <p>Lines as {@code kernel/trace/trace_events.c} (f_show) prints them, old ones without {@code signed} too.
 */
final class FieldDeclaration {

    /** Larger than any sub-buffer of a ring buffer, small enough that sums of such numbers fit an int. */
    private static final int MAX_OFFSET = 1 << 26;

    private static final Set<String> BYTE_TYPES = Set.of("u8", "__u8", "uint8_t", "unsigned char", "uchar", "byte");
    private static final Set<String> ONE_BYTE_TYPES =
            Set.of("char", "s8", "__s8", "int8_t", "signed char", "bool", "_Bool");
    private static final Set<String> TWO_BYTE_TYPES = Set.of(
            "short",
            "unsigned short",
            "u16",
            "__u16",
            "uint16_t",
            "s16",
            "__s16",
            "int16_t",
            "__le16",
            "__be16",
            "umode_t",
            "short int",
            "unsigned short int",
            "ushort");
    private static final Set<String> FOUR_BYTE_TYPES = Set.of(
            "int",
            "unsigned int",
            "unsigned",
            "u32",
            "__u32",
            "uint32_t",
            "s32",
            "__s32",
            "int32_t",
            "__le32",
            "__be32",
            "pid_t",
            "dev_t",
            "uid_t",
            "gid_t",
            "uint",
            "gfp_t");
    private static final Set<String> EIGHT_BYTE_TYPES = Set.of(
            "long long",
            "unsigned long long",
            "u64",
            "__u64",
            "uint64_t",
            "s64",
            "__s64",
            "int64_t",
            "__le64",
            "__be64",
            "loff_t",
            "ktime_t",
            "sector_t",
            "ino_t",
            "long long int",
            "unsigned long long int");
    private static final Set<String> WORD_TYPES = Set.of(
            "long",
            "unsigned long",
            "long int",
            "unsigned long int",
            "ulong",
            "size_t",
            "ssize_t",
            "uintptr_t",
            "cpumask_t",
            "struct cpumask",
            "cpumask_var_t");
    private static final Set<String> SIGNED_TYPES = Set.of(
            "s8",
            "s16",
            "s32",
            "s64",
            "__s8",
            "__s16",
            "__s32",
            "__s64",
            "int8_t",
            "int16_t",
            "int32_t",
            "int64_t",
            "char",
            "signed char",
            "short",
            "int",
            "long",
            "long long",
            "short int",
            "long int",
            "long long int",
            "signed",
            "signed int",
            "signed long",
            "pid_t",
            "ssize_t",
            "loff_t",
            "ktime_t",
            "off_t");

    private FieldDeclaration() {}

    /** Reads what follows {@code field:} on a line. The column is given the field's own name. */
    static EventField parse(String line, int wordBytes) throws FormatException {
        int end = line.indexOf(';');
        if (end < 0) {
            throw new FormatException("a field declaration that ends with ';'", excerpt(line));
        }
        String declaration = line.substring(0, end).strip();
        int offset = number(line, end, "offset:", -1);
        int size = number(line, end, "size:", -1);
        if (offset < 0 || size < 0) {
            throw new FormatException("offset and size of field " + excerpt(declaration), excerpt(line.substring(end)));
        }
        boolean signed = number(line, end, "signed:", 0) != 0;
        return declared(declaration, offset, size, signed, wordBytes);
    }

    private static int number(String line, int from, String key, int absent) throws FormatException {
        int at = line.indexOf(key, from);
        if (at < 0) {
            return absent;
        }
        int i = at + key.length();
        int value = 0;
        int first = i;
        while (i < line.length() && Character.digit(line.charAt(i), 10) >= 0) {
            value = 10 * value + Character.digit(line.charAt(i), 10);
            if (value > MAX_OFFSET) {
                throw new FormatException(key + "NUMBER up to " + MAX_OFFSET, excerpt(line.substring(at)));
            }
            i++;
        }
        if (i == first) {
            throw new FormatException(key + "NUMBER", excerpt(line.substring(at)));
        }
        return value;
    }

    private static EventField declared(String declaration, int offset, int size, boolean signed, int wordBytes)
            throws FormatException {
        String text = declaration;
        int declaredElements = 1;
        boolean array = false;
        boolean sizeless = false;
        while (text.endsWith("]")) {
            int open = text.lastIndexOf('[');
            if (open < 0 || text.indexOf(']', open) < text.length() - 1) {
                throw new FormatException("'[' before ']'", excerpt(declaration));
            }
            array = true;
            String dimension = text.substring(open + 1, text.length() - 1).strip();
            sizeless |= dimension.isEmpty();
            declaredElements = times(declaredElements, dimension);
            text = text.substring(0, open).stripTrailing();
        }
        String name;
        String type;
        int pointed = text.indexOf("(*");
        if (pointed >= 0 && text.endsWith(")")) {
            int close = text.indexOf(')', pointed);
            name = text.substring(pointed + 2, close).strip();
            type = text.substring(0, pointed) + "(*)" + text.substring(close + 1);
        } else {
            int bits = text.lastIndexOf(':');
            if (bits > 0 && allDigits(text.substring(bits + 1).strip())) {
                text = text.substring(0, bits).stripTrailing();
            }
            int start = text.length();
            while (start > 0 && isNameChar(text.charAt(start - 1))) {
                start--;
            }
            name = text.substring(start);
            type = text.substring(0, start).strip();
        }
        if (name.isEmpty() || type.isEmpty()) {
            throw new FormatException("TYPE NAME in a field declaration", excerpt(declaration));
        }
        return of(name, type, offset, size, signed, array, sizeless, declaredElements, wordBytes);
    }

    private static EventField of(
            String name,
            String type,
            int offset,
            int size,
            boolean signed,
            boolean array,
            boolean sizeless,
            int elements,
            int wordBytes) {
        String base = type;
        FieldPlace place = FieldPlace.FIXED;
        if (base.startsWith("__data_loc ")) {
            place = FieldPlace.DATA_LOC;
            base = base.substring(11).strip();
        } else if (base.startsWith("__rel_loc ")) {
            place = FieldPlace.REL_LOC;
            base = base.substring(10).strip();
        } else if (array && sizeless && size == 0) {
            place = FieldPlace.TO_END;
        }
        boolean isArray = array || place != FieldPlace.FIXED;
        if (place != FieldPlace.FIXED && size != 4 && place != FieldPlace.TO_END) {
            place = FieldPlace.FIXED;
        }
        if (base.endsWith("[]")) {
            base = base.substring(0, base.length() - 2).strip();
        }
        if (base.startsWith("const ")) {
            base = base.substring(6).strip();
        }
        if (!isArray) {
            return scalar(name, type, base, offset, size, signed);
        }
        if (base.equals("char")) {
            ColumnType column = place == FieldPlace.FIXED ? ColumnType.SYMBOL : ColumnType.TEXT;
            return new EventField(name, type, offset, size, signed, true, place, FieldKind.STRING, 1, name, column);
        }
        int bytes = elementBytes(base, wordBytes);
        if (place == FieldPlace.FIXED && elements > 0 && size % elements == 0 && isWidth(size / elements)) {
            bytes = size / elements;
        }
        boolean fits = place != FieldPlace.FIXED || (bytes > 0 && size % bytes == 0);
        if (bytes == 0 || !fits || BYTE_TYPES.contains(base)) {
            return new EventField(
                    name, type, offset, size, signed, true, place, FieldKind.BYTES, 1, name, ColumnType.BINARY);
        }
        boolean elementSigned = signed || (place != FieldPlace.FIXED && SIGNED_TYPES.contains(base));
        return new EventField(
                name,
                type,
                offset,
                size,
                elementSigned,
                true,
                place,
                FieldKind.INTEGERS,
                bytes,
                name,
                ColumnType.INT64_LIST);
    }

    private static EventField scalar(String name, String type, String base, int offset, int size, boolean signed) {
        FieldKind kind = FieldKind.INTEGER;
        ColumnType column = ColumnType.BINARY;
        if (!isWidth(size)) {
            kind = FieldKind.BYTES;
        } else if ((base.equals("bool") || base.equals("_Bool")) && size == 1) {
            kind = FieldKind.BOOL;
            column = ColumnType.BOOL;
        } else {
            if (size >= 4 && (base.endsWith("*") || base.endsWith(")"))) {
                kind = FieldKind.POINTER;
            }
            column = integer(size, signed && kind == FieldKind.INTEGER);
        }
        int bytes = kind == FieldKind.BYTES ? 1 : size;
        return new EventField(name, type, offset, size, signed, false, FieldPlace.FIXED, kind, bytes, name, column);
    }

    private static ColumnType integer(int bytes, boolean signed) {
        return switch (bytes) {
            case 1 -> signed ? ColumnType.INT8 : ColumnType.UINT8;
            case 2 -> signed ? ColumnType.INT16 : ColumnType.UINT16;
            case 4 -> signed ? ColumnType.INT32 : ColumnType.UINT32;
            default -> signed ? ColumnType.INT64 : ColumnType.UINT64;
        };
    }

    private static boolean isWidth(int bytes) {
        return bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
    }

    /** Size of an integer type on the traced machine, 0 for what is no known integer type. */
    static int elementBytes(String type, int wordBytes) {
        String base = type.startsWith("const ") ? type.substring(6).strip() : type;
        if (base.endsWith("*") || WORD_TYPES.contains(base)) {
            return wordBytes;
        }
        if (EIGHT_BYTE_TYPES.contains(base)) {
            return 8;
        }
        if (FOUR_BYTE_TYPES.contains(base) || base.startsWith("enum ")) {
            return 4;
        }
        if (TWO_BYTE_TYPES.contains(base)) {
            return 2;
        }
        return ONE_BYTE_TYPES.contains(base) || BYTE_TYPES.contains(base) ? 1 : 0;
    }

    /** Whether an integer type, or what a pointer type points at, is signed. */
    static boolean isSigned(String type) {
        String base = type.endsWith("*") ? type.substring(0, type.length() - 1).strip() : type;
        return SIGNED_TYPES.contains(base);
    }

    private static int times(int elements, String dimension) {
        if (dimension.isEmpty() || dimension.length() > 8 || !allDigits(dimension)) {
            return 0;
        }
        long product = (long) elements * Integer.parseInt(dimension);
        return product > MAX_OFFSET ? 0 : (int) product;
    }

    private static boolean allDigits(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static boolean isNameChar(char c) {
        return c == '_' || c == '.' || c == '$' || Character.isLetterOrDigit(c);
    }

    static String excerpt(String text) {
        String line = text.strip().replaceAll("[\\p{Cntrl}\\s]+", " ");
        return line.length() <= 80 ? "\"" + line + "\"" : "\"" + line.substring(0, 80) + "...\"";
    }
}
