package org.heaptide.lab;

import org.apache.flink.api.common.functions.MapFunction;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.util.TimeValue;

/** Leaks: an Apache HttpClient for each call, never closed: a connection pool, and the thread that would evict idle connections from it. */
public final class ApacheHttpClientJob {
    private ApacheHttpClientJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("apache-http-client", arguments);
        lab.run(lab.elements("3").map(new AskService(lab.text("url"))).name("ask-service").uid("ask-service"));
    }

    static final class AskService implements MapFunction<Long, Long> {
        private final String url;

        AskService(String url) {
            this.url = url;
        }

        @Override
        public Long map(Long question) throws Exception {
            CloseableHttpClient client = HttpClients.custom().evictIdleConnections(TimeValue.ofHours(1)).build(); // culprit
            return client.execute(new HttpGet(url + "/" + question), response -> { // culprit
                EntityUtils.consume(response.getEntity());
                return (long) response.getCode();
            });
        }
    }
}
