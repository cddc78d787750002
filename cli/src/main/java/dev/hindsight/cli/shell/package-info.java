/** The interactive SQL shell: from what a user types to what is shown. */
package dev.hindsight.cli.shell;
