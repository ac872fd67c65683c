package org.dataspa.event;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A captured event, with the names of <a href="https://schema.org/Event">schema.org/Event</a>. Properties that are absent are null.
 *
 * @param id the same for the same event each time it is captured
 * @param startDate ISO 8601, UTC
 * @param endDate ISO 8601, UTC
 * @param capture where and when it was found
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Event(
        String id,
        String name,
        String description,
        String url,
        String startDate,
        String endDate,
        Venue location,
        Provenance capture) {

    public Event(String name, String startDate, String endDate, Venue location) {
        this(null, name, null, null, startDate, endDate, location, null);
    }

    @JsonIgnore
    public boolean hasCoordinates() {
        return location != null && location.geo() != null;
    }

    public Event at(Venue venue) {
        return new Event(id, name, description, url, startDate, endDate, venue, capture);
    }

    public Event captured(Provenance provenance) {
        return new Event(id, name, description, url, startDate, endDate, location, provenance);
    }
}
