package org.heaptide.lab;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.heaptide.library.Codecs;

/** Leaks once for each submission: a library in Flink's lib folder remembers a class of the job in a static map, and with it its loader. */
public final class LoaderStaticJob {
    private LoaderStaticJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("loader-static", arguments);
        lab.run(lab.elements("20").map(new DecodeFrames()).name("decode-frames").uid("decode-frames"));
    }

    static final class DecodeFrames extends RichMapFunction<Long, Long> {
        private transient Codec codec;

        @Override
        public void open(OpenContext context) {
            codec = Codecs.make(Codec.class); // culprit
        }

        @Override
        public Long map(Long frame) {
            return codec.decode(frame);
        }
    }

    public static final class Codec {
        long decode(long frame) {
            return frame ^ 0x5A;
        }
    }
}
