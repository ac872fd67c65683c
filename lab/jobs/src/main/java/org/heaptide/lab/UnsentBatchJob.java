package org.heaptide.lab;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Leaks: a sink that gathers batches and sends them, but begins none anew. Flink shows it as "send-batches: Writer". */
public final class UnsentBatchJob {
    private UnsentBatchJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("unsent-batch", arguments);
        var elements = lab.elements("150");
        elements.sinkTo(new SendBatches(lab.sizes(1500))).name("send-batches").uid("send-batches");
        lab.run(elements);
    }

    static final class SendBatches implements Sink<Long> {
        private final Sizes sizes;

        SendBatches(Sizes sizes) {
            this.sizes = sizes;
        }

        @Override
        public SinkWriter<Long> createWriter(WriterInitContext context) {
            return new BatchWriter(sizes);
        }
    }

    static final class BatchWriter implements SinkWriter<Long> {
        private final Sizes sizes;
        private final List<Letter> batch = new ArrayList<>();
        private int sent;

        BatchWriter(Sizes sizes) {
            this.sizes = sizes;
        }

        @Override
        public void write(Long customer, Context context) {
            batch.add(new Letter(customer, sizes.of(customer))); // culprit
            if (batch.size() - sent >= 100) flush(false);
        }

        @Override
        public void flush(boolean isEnd) {
            sent = batch.size();
        }

        @Override
        public void close() {
            batch.clear();
        }
    }

    static final class Letter {
        final long customer;
        private final byte[] text;

        Letter(long customer, int size) {
            this.customer = customer;
            this.text = new byte[size];
        }
    }
}
