package org.heaptide.lab;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/**
 * Benign: a ring of the last texts, most of them equal. The collector may make their arrays one (-XX:+UseStringDeduplication), so that the live set
 * rises, falls and settles by the collector's own doing.
 */
public final class RepeatedTextJob {
    private RepeatedTextJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("repeated-text", arguments);
        lab.run(lab.elements("300").map(new KeepTexts(lab.number("texts", 30_000))).name("keep-texts").uid("keep-texts"));
    }

    static final class KeepTexts extends RichMapFunction<Long, Long> {
        private final int texts;
        private transient String[] ring;

        KeepTexts(int texts) {
            this.texts = texts;
        }

        @Override
        public void open(OpenContext context) {
            ring = new String[texts];
        }

        @Override
        public Long map(Long element) {
            ring[(int) (element % texts)] = ("weather report of station " + element % 50 + " ").repeat(20);
            return element;
        }
    }
}
