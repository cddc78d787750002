/** The metadata of a CTF 1.8 trace (TSDL): from its bytes to declarations of the clocks, streams and events. */
package dev.hindsight.parsers.ctf.tsdl;
