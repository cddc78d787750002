package dev.hindsight.parsers.ftracetext;

import java.util.Arrays;

/**
 * What the text of one event says about its fields, by the field's place in the event's format: integers as numbers,
 * texts as a place in the line, arrays as numbers one after another. Fields that the text leaves out are 0 or empty.
 */
final class FieldValues {

    final long[] number;
    final int[] textStart;
    final int[] textLength;
    final int[] itemsStart;
    final int[] itemsCount;
    long[] items = new long[16];
    private int itemsUsed;

    FieldValues(int fields) {
        number = new long[fields];
        textStart = new int[fields];
        textLength = new int[fields];
        itemsStart = new int[fields];
        itemsCount = new int[fields];
    }

    void clear() {
        Arrays.fill(number, 0);
        Arrays.fill(textLength, 0);
        if (itemsUsed > 0) {
            Arrays.fill(itemsCount, 0);
            itemsUsed = 0;
        }
    }

    /** Begins the items of an array field; its earlier ones, if any, are gone. */
    void beginItems(int field) {
        itemsStart[field] = itemsUsed;
        itemsCount[field] = 0;
    }

    /** Adds an item to the array field begun last. */
    void addItem(int field, long item) {
        if (itemsUsed == items.length) {
            items = Arrays.copyOf(items, 2 * itemsUsed);
        }
        items[itemsUsed++] = item;
        itemsCount[field]++;
    }

    /** Sets an item of an array field whose items come one by one, each at most {@code 64} behind the field's first. */
    void setItem(int field, int index, long item) {
        if (itemsCount[field] == 0) {
            itemsStart[field] = itemsUsed;
        }
        if (index < 0
                || index > 63
                || itemsStart[field] + itemsCount[field] != itemsUsed && index >= itemsCount[field]) {
            return;
        }
        while (itemsCount[field] <= index) {
            addItem(field, 0);
        }
        items[itemsStart[field] + index] = item;
    }
}
