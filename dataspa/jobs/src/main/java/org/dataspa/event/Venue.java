package org.dataspa.event;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/** Where an event takes place: <a href="https://schema.org/Place">schema.org/Place</a>, as far as the platform knows it. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Venue(String name, String address, Coordinates geo) {

    /** Degrees, WGS 84: <a href="https://schema.org/GeoCoordinates">schema.org/GeoCoordinates</a>. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Coordinates(double latitude, double longitude) {}
}
