/**
 * What the kernel says about its events: their fields ({@link dev.hindsight.parsers.format.EventFormat}), the layout of
 * ring-buffer pages ({@link dev.hindsight.parsers.format.HeaderPage}) and how an event reads as text ({@link
 * dev.hindsight.parsers.format.PrintFormat}).
 */
package dev.hindsight.parsers.format;
