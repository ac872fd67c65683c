package org.dataspa.enrichment;

/** The Places API answered, but not with places: 401 for a wrong key, 429 above the rate limit, 5xx when it is in trouble itself. */
final class PlacesException extends RuntimeException {
    private final int status;

    PlacesException(int status, String body) {
        super("The Places API answered " + status + ": " + body);
        this.status = status;
    }

    /** May the same request succeed a little later? */
    boolean isTemporary() {
        return status == 429 || status >= 500;
    }
}
