/** A report for people: the figures of several runs, judged, and written as one HTML file that needs nothing else. */
package dev.hindsight.analyses.report;
