package org.dataspa.event;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Where a captured event comes from. It travels with the event to its last file, so that each one can be accounted for.
 *
 * @param record unique over all captures: the same event captured twice has two
 * @param source name of the website, feed or API
 * @param night the night it was captured for, {@code 2026-05-01}
 * @param at when it was captured, by the clock of the capture; ISO 8601, UTC
 * @param publishedAt when it was handed to the transport, by the wall clock; ISO 8601, UTC
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Provenance(String record, String source, String night, String at, String publishedAt) {}
