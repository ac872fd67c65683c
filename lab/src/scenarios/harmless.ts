import type { Collector, Scenario } from "../scenario.ts";
import { benignJob, inLab, submittedAgain } from "./one-job.ts";
import { CHECKPOINTS } from "./state.ts";

const RESTARTS = {
  "restart-strategy.type": "fixed-delay",
  "restart-strategy.fixed-delay.attempts": "1000",
  "restart-strategy.fixed-delay.delay": "1s",
};

const sawtooth = (name: string, collector: Collector): Scenario =>
  benignJob(
    {
      name,
      about: `much garbage, nothing kept, collected by ${collector}`,
      cluster: { collector },
      job: { entryClass: inLab("HealthyJob"), rate: { low: 400, high: 1500 } },
      seconds: 120,
    },
    { because: "heap used climbs between collections; the live set stays where it is", growsUntil: null },
  );

/** Jobs that fill up, warm up and then stay. */
const FILLING: readonly Scenario[] = [
  benignJob(
    {
      name: "bounded-cache",
      about: "the twin of unbounded-cache: it fills for most of the run, up to its bound",
      job: { entryClass: inLab("BoundedCacheJob"), rate: { low: 350, high: 700 }, arguments: ["--entries", "35000"] },
      seconds: 180,
    },
    { because: "the cache replaces its eldest entry once it is full", growsUntil: 135 },
  ),
  benignJob(
    {
      name: "caffeine-bounded",
      about: "the twin of caffeine-unbounded: a Caffeine cache that fills up to its bound",
      job: { entryClass: inLab("CaffeineJob"), rate: { low: 350, high: 700 }, arguments: ["--entries", "35000"] },
      seconds: 180,
    },
    { because: "Caffeine evicts what is beyond the bound", growsUntil: 135 },
  ),
  benignJob(
    {
      name: "lazy",
      about: "a model of 25 MB that is loaded late and piece by piece",
      job: { entryClass: inLab("LazyJob"), rate: { low: 60, high: 150 } },
      seconds: 155,
    },
    { because: "the model is complete after a while", growsUntil: 125 },
  ),
  benignJob(
    {
      name: "class-warm-up",
      about: "code is generated for each rule that is seen the first time",
      job: { entryClass: inLab("ClassWarmUpJob"), rate: { low: 18, high: 40 } },
      seconds: 155,
    },
    { because: "all rules are known after a while", growsUntil: 115 },
  ),
  benignJob(
    {
      name: "state-with-ttl",
      about: "the twin of keyed-state: what was not used for 40 s expires",
      cluster: { configuration: CHECKPOINTS },
      job: { entryClass: inLab("KeyedStateJob"), rate: { low: 150, high: 350 }, arguments: ["--ttl-seconds", "40"] },
      seconds: 155,
    },
    { because: "after a while as much expires as comes", growsUntil: 90 },
  ),
  benignJob(
    {
      name: "repeated-text",
      about: "a ring of texts that fills up, while the collector makes equal ones one",
      cluster: { jvmOptions: ["-XX:+UseStringDeduplication"] },
      job: { entryClass: inLab("RepeatedTextJob"), rate: { low: 400, high: 800 } },
      seconds: 160,
    },
    { because: "the ring has as many places as it has", growsUntil: 140 },
  ),
];

/** Jobs whose load or phase moves the live set. */
const BREATHING: readonly Scenario[] = [
  benignJob(
    {
      name: "load-doubles",
      about: "what came in the last 15 s is kept, and the load doubles",
      job: { entryClass: inLab("RecentJob"), rate: { low: 250, high: 500 }, shape: "doubles" },
      seconds: 155,
    },
    { because: "the live set follows the load and stays with it", growsUntil: 110 },
  ),
  benignJob(
    {
      name: "seasons",
      about: "what came in the last 15 s is kept, and the load goes up and down",
      job: { entryClass: inLab("RecentJob"), rate: { low: 250, high: 500 }, shape: "waves" },
      seconds: 180,
    },
    { because: "the live set follows the load, down as well as up", growsUntil: null },
  ),
  benignJob(
    {
      name: "bursts",
      about: "what came in the last 15 s is kept, and ten times as much comes for 15 s of every minute",
      cluster: { collector: "Parallel" },
      job: { entryClass: inLab("RecentJob"), rate: { low: 60, high: 120 }, shape: "bursts" },
      seconds: 160,
    },
    { because: "the live set follows the load", growsUntil: null },
  ),
  benignJob(
    {
      name: "big-window",
      about: "windows of 50 s that gather everything until they fire",
      cluster: { configuration: CHECKPOINTS },
      job: { entryClass: inLab("WindowJob"), rate: { low: 250, high: 500 }, arguments: ["--window-seconds", "50"] },
      seconds: 180,
    },
    { because: "what a window has gathered is gone when it has fired", growsUntil: null },
  ),
  benignJob(
    {
      name: "exceptions",
      about: "for a while every call fails and is logged with its stack trace",
      job: { entryClass: inLab("ExceptionsJob"), rate: { low: 80, high: 160 } },
      seconds: 120,
    },
    { because: "nothing of it is kept", growsUntil: null },
  ),
  benignJob(
    {
      name: "failing",
      about: "a job that fails again and again and is restarted by Flink",
      cluster: { configuration: RESTARTS },
      job: { entryClass: inLab("FailingJob"), rate: { low: 180, high: 300 } },
      seconds: 155,
    },
    { because: "what was collected is gone with each attempt", growsUntil: null },
  ),
  benignJob(
    {
      name: "full-heap",
      about: "reference data that nearly fills a heap that is too small",
      cluster: { heap: "72m" },
      job: { entryClass: inLab("FullHeapJob"), rate: { low: 150, high: 400 }, arguments: ["--mebibytes", "26"] },
      seconds: 120,
    },
    { because: "the heap is full from the start, and stays as it is", growsUntil: null },
  ),
];

/** Deployments, restarts and batches. */
const COMING_AND_GOING: readonly Scenario[] = [
  {
    ...benignJob(
      {
        name: "resubmitted",
        about: "a clean job is submitted 11 times",
        job: { entryClass: inLab("HealthyJob"), rate: { low: 50, high: 150 } },
        seconds: 160,
      },
      { because: "the class loader of each submission is unloaded", growsUntil: null },
    ),
    steps: submittedAgain(10, 11),
  },
  {
    name: "nightly-batch",
    about: "beside a healthy job, a batch gathers 30 MB, ends, and comes again",
    cluster: { heap: "320m" },
    jobs: {
      steady: { name: "steady", entryClass: inLab("HealthyJob"), rate: { low: 50, high: 100 } },
      batch: { name: "batch", entryClass: inLab("BatchJob"), rate: { low: 700, high: 1000 }, shape: "steady" },
    },
    steps: [
      { at: 5, does: "submit", job: "steady" },
      { at: 20, does: "submit", job: "batch" },
      { at: 75, does: "submit", job: "batch" },
      { at: 130, does: "submit", job: "batch" },
    ],
    seconds: 180,
    truth: { kind: "benign", because: "a batch that has ended has released everything", growsUntil: null },
  },
  {
    name: "rescaled",
    about: "a job with a cache is stopped and started with twice the parallelism",
    cluster: { heap: "320m" },
    jobs: {
      one: { name: "profiles", entryClass: inLab("BoundedCacheJob"), rate: { low: 500, high: 900 }, arguments: ["--entries", "15000"] },
      two: {
        name: "profiles",
        entryClass: inLab("BoundedCacheJob"),
        rate: { low: 500, high: 900 },
        parallelism: 2,
        arguments: ["--entries", "15000"],
      },
    },
    steps: [
      { at: 5, does: "submit", job: "one" },
      { at: 60, does: "replace", job: "one", by: "two" },
    ],
    seconds: 180,
    truth: { kind: "benign", because: "two subtasks fill two caches, and then they are full", growsUntil: 140 },
  },
  {
    ...benignJob(
      {
        name: "restarted",
        about: "the TaskManager is killed and comes again",
        cluster: { configuration: RESTARTS },
        job: { entryClass: inLab("BoundedCacheJob"), rate: { low: 500, high: 900 }, arguments: ["--entries", "20000"] },
        seconds: 180,
      },
      { because: "the new TaskManager warms up like the old one, and then it is warm", growsUntil: 140 },
    ),
    steps: [
      { at: 5, does: "submit", job: "job" },
      { at: 60, does: "restart-task-manager" },
    ],
  },
];

/** Nothing that leaks. */
export const HARMLESS: readonly Scenario[] = [
  sawtooth("healthy", "G1"),
  sawtooth("healthy-parallel", "Parallel"),
  sawtooth("healthy-serial", "Serial"),
  sawtooth("healthy-z", "Z"),
  ...FILLING,
  ...BREATHING,
  ...COMING_AND_GOING,
];
