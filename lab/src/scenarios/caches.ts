import type { Scenario } from "../scenario.ts";
import { culpritIn, inLab, leakingJob } from "./one-job.ts";

/** Caches and registries of libraries without a bound. */
export const CACHES: readonly Scenario[] = [
  leakingJob(
    {
      name: "caffeine-unbounded",
      about: "the twin of caffeine-bounded: a Caffeine cache whose bound was forgotten",
      job: { entryClass: inLab("CaffeineJob"), rate: { low: 300, high: 700 } },
      seconds: 180,
    },
    {
      resources: ["heap"],
      rootClasses: [inLab("CaffeineJob$Rates")],
      holder: { owners: [inLab("CaffeineJob$LookUpRates"), "com.github.benmanes.caffeine.cache.BoundedLocalCache"], field: "rates" },
      culprit: culpritIn("CaffeineJob$LookUpRates", "map"),
      operator: "look-up-rates",
    },
  ),
  leakingJob(
    {
      name: "guava-unbounded",
      about: "a Guava cache without a bound whose keys never come again",
      cluster: { collector: "Serial" },
      job: { entryClass: inLab("GuavaJob"), rate: { low: 180, high: 400 } },
      // Beyond a quarter of the heap: until then it may be a cache that fills.
      seconds: 520,
    },
    {
      resources: ["heap"],
      rootClasses: [inLab("GuavaJob$Profile")],
      holder: { owners: [inLab("GuavaJob$Recommend"), "com.google.common.cache.LocalCache"], field: "profiles" },
      culprit: culpritIn("GuavaJob$Recommend$1", "load"),
      operator: "recommend",
    },
  ),
  leakingJob(
    {
      name: "known-strings",
      about: "an interner fed with strings of which no two are equal",
      job: { entryClass: inLab("KnownStringsJob"), rate: { low: 350, high: 800 } },
      seconds: 155,
    },
    {
      resources: ["heap"],
      rootClasses: ["java.lang.String"],
      holder: { owners: [inLab("KnownStringsJob$Interner")], field: "KNOWN" },
      culprit: culpritIn("KnownStringsJob$NormaliseUrls", "map"),
      operator: "normalise-urls",
    },
  ),
  leakingJob(
    {
      name: "logger-per-key",
      about: "a logger of its own for each customer; the logging library keeps them all",
      job: { entryClass: inLab("LoggerPerKeyJob"), rate: { low: 200, high: 450 } },
      cluster: { heap: "200m" },
      seconds: 310,
    },
    {
      resources: ["heap"],
      rootClasses: ["org.apache.logging.log4j.core.Logger", "org.apache.logging.slf4j.Log4jLogger"],
      holder: {
        owners: [
          "org.apache.logging.log4j.core.LoggerContext",
          "org.apache.logging.log4j.core.util.internal.InternalLoggerRegistry",
          "org.apache.logging.log4j.spi.LoggerRegistry",
          "org.apache.logging.slf4j.Log4jLoggerFactory",
          "org.apache.logging.log4j.spi.AbstractLoggerAdapter",
        ],
        field: null,
      },
      culprit: culpritIn("LoggerPerKeyJob$Bill", "map"),
      operator: "bill",
    },
  ),
  leakingJob(
    {
      name: "log-context",
      about: "a key of its own for each element in the logging context of the task's thread",
      job: { entryClass: inLab("LogContextJob"), rate: { low: 30, high: 60 } },
      cluster: { collector: "Parallel" },
      seconds: 150,
    },
    {
      resources: ["heap"],
      rootClasses: ["byte[]", "java.lang.String"],
      holder: {
        owners: ["org.apache.logging.log4j.spi.DefaultThreadContextMap", "org.apache.logging.log4j.ThreadContext", "java.lang.ThreadLocal"],
        field: null,
      },
      culprit: culpritIn("LogContextJob$Audit", "map"),
      operator: "audit",
    },
  ),
  metricPerKey(),
];

/** The JobManager keeps the names of all metrics that it has seen: it grows as well. */
function metricPerKey(): Scenario {
  const scenario = leakingJob(
    {
      name: "metric-per-key",
      about: "a metric group for each user; Flink detaches them only when the task ends",
      cluster: { heap: "96m" },
      job: { entryClass: inLab("MetricPerKeyJob"), rate: { low: 80, high: 160 } },
      seconds: 155,
    },
    {
      resources: ["heap"],
      rootClasses: [
        "org.apache.flink.runtime.metrics.groups.GenericValueMetricGroup",
        "org.apache.flink.runtime.metrics.groups.GenericKeyMetricGroup",
        "org.apache.flink.runtime.metrics.groups.GenericMetricGroup",
        "org.apache.flink.metrics.SimpleCounter",
      ],
      holder: {
        owners: [
          "org.apache.flink.runtime.metrics.groups.AbstractMetricGroup",
          "org.apache.flink.runtime.metrics.groups.GenericKeyMetricGroup",
          "org.apache.flink.runtime.metrics.groups.InternalOperatorMetricGroup",
          "org.apache.flink.runtime.metrics.dump.MetricQueryService",
        ],
        field: null,
      },
      culprit: culpritIn("MetricPerKeyJob$CountVisits", "map"),
      operator: "count-visits",
    },
  );
  if (scenario.truth.kind !== "leaking") throw new Error("it leaks");
  return { ...scenario, truth: { ...scenario.truth, besides: [{ process: "jobmanager", resources: ["heap"] }] } };
}
