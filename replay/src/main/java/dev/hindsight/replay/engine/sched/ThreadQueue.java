package dev.hindsight.replay.engine.sched;

/** A short line of threads in a fixed array: run queues hold a handful. */
final class ThreadQueue {

    private final int[] threads;
    private int size;

    ThreadQueue(int capacity) {
        threads = new int[capacity];
    }

    int size() {
        return size;
    }

    int get(int index) {
        return threads[index];
    }

    void insert(int index, int thread) {
        System.arraycopy(threads, index, threads, index + 1, size - index);
        threads[index] = thread;
        size++;
    }

    void add(int thread) {
        threads[size++] = thread;
    }

    void remove(int thread) {
        int index = indexOf(thread);
        size--;
        System.arraycopy(threads, index + 1, threads, index, size - index);
    }

    /** Moves a thread to the end. */
    void toEnd(int thread) {
        remove(thread);
        add(thread);
    }

    private int indexOf(int thread) {
        for (int i = 0; i < size; i++) {
            if (threads[i] == thread) {
                return i;
            }
        }
        throw new IllegalStateException("thread " + thread + " is not in this queue");
    }
}
