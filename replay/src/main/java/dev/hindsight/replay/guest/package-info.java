/**
 * Host and guest together: puts a guest's own recording on its host's clock and says what the guest's kernel ran.
 *
 * <p>{@link dev.hindsight.replay.guest.HostSide} and {@link dev.hindsight.replay.guest.GuestSide} gather what the two
 * recordings tell of entries, {@link dev.hindsight.replay.guest.ClockAlignment} finds the offset where nothing else
 * tells it, {@link dev.hindsight.replay.guest.GuestPairing} decides, {@link dev.hindsight.replay.guest.GuestTimeline}
 * writes the tables. Process ids of host and guest have nothing to do with each other and are never joined.
 */
package dev.hindsight.replay.guest;
