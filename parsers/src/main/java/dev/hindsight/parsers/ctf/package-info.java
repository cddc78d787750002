/**
 * Traces of the Common Trace Format 1.8, as LTTng and {@code perf data convert --to-ctf} write them: a directory of
 * stream files with metadata that describes every bit of them.
 *
 * <p>The types that the metadata declares become flat programs over primitive arrays ({@link
 * dev.hindsight.parsers.ctf.FieldProgram}), once an event class; the decoder runs them over the bytes of packets and
 * fills columns. LTTng's names of kernel events become the kernel's own ({@link dev.hindsight.parsers.ctf.EventNaming}).
 */
package dev.hindsight.parsers.ctf;
