/** Runs of a dataset as tracks of slices, for viewers: from SQL rows to Perfetto's and Chrome's trace formats. */
package dev.hindsight.queries.tracks;
