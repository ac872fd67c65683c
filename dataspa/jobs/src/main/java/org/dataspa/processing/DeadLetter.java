package org.dataspa.processing;

/**
 * A line that was refused, whole, with the reason: what can be repaired can be sent again.
 *
 * @param at milliseconds since the epoch
 */
public record DeadLetter(String reason, long at, String line) {}
