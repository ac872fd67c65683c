package org.heaptide.lab;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Benign: code is generated for each rule that is seen the first time, so classes are loaded for a while. Then all rules are known. */
public final class ClassWarmUpJob {
    private ClassWarmUpJob() {}

    public static void main(String[] arguments) throws Exception {
        Lab lab = new Lab("class-warm-up", arguments);
        lab.run(lab.elements("20").map(new ApplyRules(lab.number("rules", 1500))).name("apply-rules").uid("apply-rules"));
    }

    interface Rule {
        long apply(long element);
    }

    static final class ApplyRules extends RichMapFunction<Long, Long> {
        private final int rules;
        private transient List<Rule> known;

        ApplyRules(int rules) {
            this.rules = rules;
        }

        @Override
        public Long map(Long element) {
            if (known == null) known = new ArrayList<>();
            if (known.size() < rules) known.add(generated());
            return known.get((int) (element % known.size())).apply(element);
        }

        /** In a loader of its own each, so that the JDK does not give the same class again. */
        private static Rule generated() {
            ClassLoader loader = new ClassLoader(Rule.class.getClassLoader()) {};
            return (Rule) Proxy.newProxyInstance(loader, new Class<?>[] {Rule.class}, (proxy, method, args) -> args[0]);
        }
    }
}
