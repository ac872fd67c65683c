package org.dataspa.enrichment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.asynchttpclient.AsyncHttpClient;
import org.asynchttpclient.Request;
import org.asynchttpclient.RequestBuilder;
import org.asynchttpclient.Response;
import org.dataspa.event.Venue;

/**
 * The search of the Foursquare Places API: request and answer, independent of who owns the HTTP client.
 *
 * <p>Source: docs.foursquare.com, Places API, "Place Search", API version 2025-06-17.
 *
 * @param url base, without a slash at its end
 * @param key sent as a bearer token
 * @param version value of {@code X-Places-Api-Version}
 * @param timeout for the whole request
 * @param near a town to search in, "Leipzig, DE"; empty: anywhere
 */
record PlacesApi(String url, String key, String version, Duration timeout, String near) implements Serializable, VenueFinder {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /**
     * Looks a venue up by its name.
     *
     * @return the best match, empty if there is none; fails with {@link PlacesException} where the API answers an error, with the
     *     client's exception where it does not answer
     */
    @Override
    public CompletableFuture<Optional<Venue>> find(AsyncHttpClient client, String venueName) {
        return client.executeRequest(search(venueName)).toCompletableFuture().thenApply(PlacesApi::bestMatch);
    }

    private Request search(String venueName) {
        RequestBuilder request = new RequestBuilder("GET");
        if (!near.isEmpty()) request.addQueryParam("near", near);
        return request.setUrl(url + "/places/search")
                .addQueryParam("query", venueName)
                .addQueryParam("fields", "name,latitude,longitude,location")
                .addQueryParam("limit", "1")
                .setHeader("Authorization", "Bearer " + key)
                .setHeader("X-Places-Api-Version", version)
                .setHeader("Accept", "application/json")
                .setRequestTimeout(timeout)
                .build();
    }

    private static Optional<Venue> bestMatch(Response response) {
        if (response.getStatusCode() != 200) {
            throw new PlacesException(response.getStatusCode(), response.getResponseBody());
        }
        try {
            JsonNode place = MAPPER.readTree(response.getResponseBody()).path("results").path(0);
            if (!place.path("latitude").isNumber() || !place.path("longitude").isNumber()) return Optional.empty();
            var geo = new Venue.Coordinates(place.get("latitude").doubleValue(), place.get("longitude").doubleValue());
            String address = place.path("location").path("formatted_address").asText(null);
            return Optional.of(new Venue(place.path("name").asText(null), address, geo));
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }
}
