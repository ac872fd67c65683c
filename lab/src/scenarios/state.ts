import type { Scenario } from "../scenario.ts";
import { culpritIn, inLab, leakingJob, perElement } from "./one-job.ts";

/** Often enough that the growth of a checkpoint is seen within a run. */
export const CHECKPOINTS = {
  "execution.checkpointing.interval": "10s",
  "execution.checkpointing.dir": "file://{folder}/checkpoints",
} as const;

const STATE_MAP = "org.apache.flink.runtime.state.heap.CopyOnWriteStateMap";
const STATE_ENTRY = `${STATE_MAP}$StateMapEntry`;
const STATE_TABLE = "org.apache.flink.runtime.state.heap.CopyOnWriteStateTable";

/** What Flink keeps for a job, because the job never says that it may go. */
export const STATE: readonly Scenario[] = [
  leakingJob(
    {
      name: "keyed-state",
      about: "the twin of state-with-ttl: state by keys that do not come again, for ever",
      cluster: { configuration: CHECKPOINTS },
      job: { entryClass: inLab("KeyedStateJob"), rate: { low: 150, high: 350 } },
      seconds: 160,
    },
    {
      resources: ["heap", "keyed-state"],
      rootClasses: [inLab("Visit"), STATE_ENTRY],
      holder: { owners: [STATE_MAP, STATE_TABLE, STATE_ENTRY], field: null },
      culprit: culpritIn("KeyedStateJob$RememberVisits", "processElement"),
      operator: "remember-visits",
    },
  ),
  leakingJob(
    {
      name: "window-never-purged",
      about: "a global window that fires again and again and keeps its elements",
      cluster: { configuration: CHECKPOINTS },
      job: { entryClass: inLab("WindowJob"), rate: { low: 180, high: 400 } },
      seconds: 160,
    },
    {
      resources: ["heap", "keyed-state"],
      rootClasses: [inLab("Visit")],
      holder: { owners: [STATE_MAP, STATE_TABLE, STATE_ENTRY, "org.apache.flink.runtime.state.heap.HeapListState"], field: null },
      // The trigger is named in `main`, which runs elsewhere, and no code of the job keeps anything.
      culprit: null,
      operator: "average",
    },
  ),
  leakingJob(
    {
      name: "forgotten-result",
      about: "nine of ten calls of an AsyncFunction never complete their result",
      job: { entryClass: inLab("ForgottenResultJob"), rate: { low: 500, high: 1000 } },
      seconds: 160,
    },
    {
      resources: ["heap"],
      rootClasses: [
        "org.apache.flink.streaming.api.operators.async.AsyncWaitOperator$ResultHandler",
        "org.apache.flink.streaming.api.operators.async.queue.UnorderedStreamElementQueue$SegmentedStreamRecordQueueEntry",
        "org.apache.flink.streaming.api.operators.async.queue.StreamRecordQueueEntry",
      ],
      holder: {
        owners: [
          "org.apache.flink.streaming.api.operators.async.AsyncWaitOperator",
          "org.apache.flink.streaming.api.operators.async.queue.UnorderedStreamElementQueue",
          "org.apache.flink.streaming.api.operators.async.queue.UnorderedStreamElementQueue$Segment",
          "org.apache.flink.streaming.runtime.tasks.SystemProcessingTimeService",
        ],
        field: null,
      },
      culprit: culpritIn("ForgottenResultJob$LookUpOwners", "asyncInvoke"),
      operator: "look-up-owners",
      driver: { kind: "records-in", ratio: 0.9 },
    },
  ),
  leakingJob(
    {
      name: "waiting-timer",
      about: "a timer a year ahead for each key, never taken back",
      cluster: { configuration: CHECKPOINTS },
      job: { entryClass: inLab("WaitingTimerJob"), rate: { low: 1500, high: 3000 } },
      seconds: 160,
    },
    {
      resources: ["heap", "keyed-state"],
      rootClasses: ["org.apache.flink.streaming.api.operators.TimerHeapInternalTimer"],
      holder: {
        owners: [
          "org.apache.flink.runtime.state.heap.HeapPriorityQueueSet",
          "org.apache.flink.runtime.state.heap.HeapPriorityQueue",
          "org.apache.flink.streaming.api.operators.InternalTimerServiceImpl",
        ],
        field: null,
      },
      culprit: culpritIn("WaitingTimerJob$Remind", "processElement"),
      operator: "remind",
    },
  ),
  leakingJob(
    {
      name: "broadcast-rule",
      about: "broadcast state that each rule is added to under a number of its own",
      job: { entryClass: inLab("BroadcastRuleJob"), rate: { low: 300, high: 700 } },
      seconds: 160,
    },
    {
      resources: ["heap"],
      rootClasses: [inLab("BroadcastRuleJob$Rule")],
      holder: {
        owners: ["org.apache.flink.runtime.state.HeapBroadcastState", inLab("BroadcastRuleJob$ApplyRules")],
        field: null,
      },
      culprit: culpritIn("BroadcastRuleJob$ApplyRules", "processBroadcastElement"),
      operator: "apply-rules",
      // One of six that come in: five payments and a rule.
      driver: perElement(1 / 6),
    },
  ),
  leakingJob(
    {
      name: "checkpoint-copy",
      about: "a copy of a table at each checkpoint, whatever goes through",
      cluster: { configuration: { ...CHECKPOINTS, "execution.checkpointing.interval": "5s" } },
      job: { entryClass: inLab("CheckpointCopyJob"), rate: { low: 100, high: 300 } },
      seconds: 200,
    },
    {
      resources: ["heap"],
      rootClasses: [inLab("CheckpointCopyJob$Copy"), "long[]"],
      holder: { owners: [inLab("CheckpointCopyJob$CountStock")], field: "copies" },
      culprit: culpritIn("CheckpointCopyJob$CountStock", "snapshotState"),
      operator: "count-stock",
      driver: { kind: "checkpoints", ratio: 1 },
    },
  ),
];
