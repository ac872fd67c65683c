import type { Scenario } from "../scenario.ts";
import { culpritIn, inLab, leakingJob } from "./one-job.ts";

/** Threads that nobody ends, clients that bring their own, and what hangs on threads. */
export const THREADS: readonly Scenario[] = [
  leakingJob(
    {
      name: "thread-per-record",
      about: "a thread for each element that never ends",
      job: { entryClass: inLab("ThreadPerRecordJob"), rate: { low: 3, high: 8 } },
      seconds: 135,
    },
    {
      resources: ["threads"],
      rootClasses: ["java.lang.Thread", inLab("ThreadPerRecordJob$Heartbeat")],
      holder: { owners: [inLab("ThreadPerRecordJob$Heartbeat"), "java.lang.Thread"], field: null },
      culprit: culpritIn("ThreadPerRecordJob$WatchDevices", "map"),
      operator: "watch-devices",
    },
  ),
  leakingJob(
    {
      name: "executor-per-record",
      about: "an executor for each element, never shut down",
      job: { entryClass: inLab("ExecutorPerRecordJob"), rate: { low: 3, high: 7 } },
      seconds: 135,
    },
    {
      resources: ["threads"],
      rootClasses: ["java.lang.Thread", "java.util.concurrent.ThreadPoolExecutor", "java.util.concurrent.ThreadPoolExecutor$Worker"],
      holder: { owners: ["java.util.concurrent.ThreadPoolExecutor$Worker", "java.lang.Thread"], field: null },
      culprit: culpritIn("ExecutorPerRecordJob$ResizeImages", "map"),
      operator: "resize-images",
    },
  ),
  leakingJob(
    {
      name: "timer-per-record",
      about: "a timer for each element, with a task that repeats itself for ever",
      cluster: { collector: "Serial" },
      job: { entryClass: inLab("TimerPerRecordJob"), rate: { low: 3, high: 7 } },
      seconds: 135,
    },
    {
      resources: ["threads"],
      rootClasses: ["java.lang.Thread", "java.util.Timer", "java.util.TimerThread", "java.util.TaskQueue", inLab("TimerPerRecordJob$Poll")],
      holder: { owners: ["java.util.TimerThread", "java.lang.Thread"], field: null },
      culprit: culpritIn("TimerPerRecordJob$PollOrders", "map"),
      operator: "poll-orders",
    },
  ),
  leakingJob(
    {
      name: "async-http-client",
      about: "an AsyncHttpClient for each call, never closed",
      job: { entryClass: inLab("AsyncHttpClientJob"), rate: { low: 1, high: 2 }, arguments: ["--url", "{service}"] },
      seconds: 155,
    },
    {
      resources: ["heap", "threads", "descriptors"],
      rootClasses: [
        "org.asynchttpclient.DefaultAsyncHttpClient",
        "io.netty.util.HashedWheelTimer",
        "io.netty.channel.nio.NioEventLoopGroup",
      ],
      holder: { owners: ["io.netty.util.HashedWheelTimer", "io.netty.util.HashedWheelTimer$Worker", "java.lang.Thread"], field: null },
      culprit: culpritIn("AsyncHttpClientJob$AskService", "asyncInvoke"),
      operator: "ask-service",
    },
  ),
  leakingJob(
    {
      name: "jdk-http-client",
      about: "a JDK HttpClient for each call, kept in a static queue",
      job: { entryClass: inLab("JdkHttpClientJob"), rate: { low: 2, high: 4 }, arguments: ["--url", "{service}"] },
      seconds: 140,
    },
    {
      resources: ["threads", "descriptors", "heap"],
      rootClasses: [
        "jdk.internal.net.http.HttpClientFacade",
        "jdk.internal.net.http.HttpClientImpl",
        "jdk.internal.net.http.HttpClientImpl$SelectorManager",
        "java.lang.Thread",
      ],
      holder: {
        owners: [inLab("JdkHttpClientJob$AskService"), "jdk.internal.net.http.HttpClientImpl$SelectorManager", "java.lang.Thread"],
        field: null,
      },
      culprit: culpritIn("JdkHttpClientJob$AskService", "asyncInvoke"),
      operator: "ask-service",
    },
  ),
  leakingJob(
    {
      name: "apache-http-client",
      about: "an Apache HttpClient for each call, with a pool and a thread that evicts from it",
      cluster: { collector: "Parallel" },
      job: { entryClass: inLab("ApacheHttpClientJob"), rate: { low: 2, high: 5 }, arguments: ["--url", "{service}"] },
      seconds: 140,
    },
    {
      resources: ["threads", "descriptors", "heap"],
      rootClasses: [
        "org.apache.hc.client5.http.impl.classic.InternalHttpClient",
        "org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager",
        "org.apache.hc.client5.http.impl.IdleConnectionEvictor",
        "java.lang.Thread",
      ],
      holder: { owners: ["org.apache.hc.client5.http.impl.IdleConnectionEvictor", "java.lang.Thread"], field: null },
      culprit: culpritIn("ApacheHttpClientJob$AskService", "map"),
      operator: "ask-service",
    },
  ),
  leakingJob(
    {
      name: "thread-local",
      about: "a ThreadLocal of the threads of a pool, added to for each piece of work",
      cluster: { collector: "Parallel" },
      job: { entryClass: inLab("ThreadLocalJob"), rate: { low: 130, high: 300 } },
      seconds: 155,
    },
    {
      resources: ["heap"],
      rootClasses: [inLab("ThreadLocalJob$Span")],
      holder: { owners: [inLab("ThreadLocalJob$TraceCalls"), "java.lang.ThreadLocal", "java.lang.Thread"], field: null },
      culprit: culpritIn("ThreadLocalJob$TraceCalls", "trace"),
      operator: "trace-calls",
    },
  ),
];
