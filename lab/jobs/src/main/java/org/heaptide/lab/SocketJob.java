package org.heaptide.lab;

import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.api.common.functions.MapFunction;

/** Leaks: a connection to a service for each element, put back into a pool that hands none out. */
public final class SocketJob {
    private SocketJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("socket", arguments);
        lab.run(lab.elements("4").map(new Notify(lab.text("url"))).name("notify").uid("notify"));
    }

    static final class Notify implements MapFunction<Long, Long> {
        private static final Queue<Socket> IDLE = new ConcurrentLinkedQueue<>();

        private final String url;

        Notify(String url) {
            this.url = url;
        }

        @Override
        public Long map(Long notice) throws Exception {
            URI service = URI.create(url);
            Socket socket = new Socket(service.getHost(), service.getPort()); // culprit
            String request = "GET /" + notice + " HTTP/1.1\r\nHost: service\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            IDLE.add(socket); // culprit
            return (long) socket.getInputStream().read();
        }
    }
}
