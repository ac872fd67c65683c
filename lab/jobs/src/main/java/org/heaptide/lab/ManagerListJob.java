package org.heaptide.lab;

import org.apache.flink.api.common.functions.MapFunction;
import org.heaptide.library.Catalogue;

/** Leaks in the JobManager, for each submission: main registers its tables with a library in Flink's lib folder, which keeps those of all jobs. */
public final class ManagerListJob {
    private ManagerListJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("manager-list", arguments);
        int tables = lab.number("tables", 800);
        for (int i = 0; i < tables; i++) Catalogue.register("table-" + i, lab.sizes(4000).of(i)); // culprit
        lab.run(lab.elements("20").map(new PassOn()).name("pass-on").uid("pass-on"));
    }

    static final class PassOn implements MapFunction<Long, Long> {
        @Override
        public Long map(Long element) {
            return element;
        }
    }
}
