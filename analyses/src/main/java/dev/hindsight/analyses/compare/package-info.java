/** Figures of several runs side by side: differences with their uncertainty, predictions against what was measured. */
package dev.hindsight.analyses.compare;
