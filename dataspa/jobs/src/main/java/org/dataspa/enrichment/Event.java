package org.dataspa.enrichment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A captured event, with the names of <a href="https://schema.org/Event">schema.org/Event</a>. Properties that are absent are null.
 *
 * @param startDate ISO 8601, as captured
 * @param endDate ISO 8601, as captured
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Event(String name, String startDate, String endDate, Venue location) {

    public boolean hasCoordinates() {
        return location != null && location.geo() != null;
    }

    public Event at(Venue venue) {
        return new Event(name, startDate, endDate, venue);
    }
}
