import { z } from "zod";

/**
 * What Flink's REST API answers, as far as it is read here: JSON over HTTP, written by Flink's JobManager.
 *
 * Source: the answers of Flink 1.20.5 and 2.3.0; the generated OpenAPI description is wrong where Flink has a serializer of its own.
 * Unknown keys are dropped, so that a newer minor version does no harm. Times are milliseconds since the epoch, -1 for "not yet".
 * What differs between versions is in versions.ts.
 */
const time = z.number();
const maybeTime = z.number().transform((at) => (at > 0 ? at : null));

export const ConfigAnswer = z.object({ "flink-version": z.string(), "flink-revision": z.string().optional() });

export const OverviewAnswer = z.object({
  taskmanagers: z.number(),
  "slots-total": z.number(),
  "slots-available": z.number(),
  "flink-version": z.string(),
});

export const JobsAnswer = z.object({
  jobs: z.array(
    z.object({
      jid: z.string(),
      name: z.string(),
      state: z.string(),
      "start-time": time,
      "end-time": maybeTime,
      "last-modification": time,
    }),
  ),
});

export const JobAnswer = z.object({
  jid: z.string(),
  name: z.string(),
  state: z.string(),
  "start-time": time,
  "end-time": maybeTime,
  /** When each state was entered last; 0 for never. */
  timestamps: z.record(z.string(), z.number()),
  vertices: z.array(
    z.object({ id: z.string(), name: z.string(), parallelism: z.number().int(), status: z.string(), "start-time": maybeTime }),
  ),
});

export const ExceptionsAnswer = z.object({
  exceptionHistory: z.object({
    entries: z.array(
      z.object({
        exceptionName: z.string(),
        stacktrace: z.string(),
        timestamp: time,
        taskName: z.string().nullish(),
        taskManagerId: z.string().nullish(),
      }),
    ),
  }),
});

export const JobConfigAnswer = z.object({
  "execution-config": z.object({ "user-config": z.record(z.string(), z.unknown()).default({}) }).nullish(),
});

export const VertexTaskManagersAnswer = z.object({
  taskmanagers: z.array(
    z.object({
      "taskmanager-id": z.string(),
      status: z.string(),
      /** Its subtasks by their state. */
      "status-counts": z.record(z.string(), z.number().int().nonnegative()).nullish(),
    }),
  ),
});

export const TaskManagersAnswer = z.object({
  taskmanagers: z.array(
    z.object({
      id: z.string(),
      /** `pekko.tcp://flink@host:port/user/rpc/taskmanager_0` */
      path: z.string(),
      dataPort: z.number().int(),
      /** Despite its name the time of the last heartbeat; 0 before the first. */
      timeSinceLastHeartbeat: maybeTime,
      slotsNumber: z.number().int(),
      freeSlots: z.number().int(),
      /** Bytes. All 0 where the cluster was started without memory settings. */
      memoryConfiguration: z
        .object({
          taskHeap: z.number().nullable(),
          frameworkHeap: z.number().nullable(),
          managedMemory: z.number().nullable(),
          networkMemory: z.number().nullable(),
          jvmMetaspace: z.number().nullable(),
          totalProcessMemory: z.number().nullable(),
        })
        .partial()
        .optional(),
    }),
  ),
});

export const JobManagerConfigAnswer = z.array(z.object({ key: z.string(), value: z.string() }));

export const JarsAnswer = z.object({
  files: z.array(
    z.object({ id: z.string(), name: z.string(), uploaded: time, entry: z.array(z.object({ name: z.string() })).default([]) }),
  ),
});
export const UploadAnswer = z.object({ filename: z.string(), status: z.literal("success") });
export const RunAnswer = z.object({ jobid: z.string() });
export const EmptyAnswer = z.object({});

export const CheckpointsAnswer = z.object({
  history: z
    .array(
      z.object({
        id: z.number(),
        status: z.string(),
        is_savepoint: z.boolean().default(false),
        latest_ack_timestamp: time,
        checkpointed_size: z.number().nullish(),
        state_size: z.number().nullish(),
      }),
    )
    .nullish(),
});
/** Sizes by the id of a vertex. */
export const CheckpointAnswer = z.object({
  state_size: z.number().nullish(),
  tasks: z.record(z.string(), z.object({ state_size: z.number().nullish() })).nullish(),
});

export const LogsAnswer = z.object({ logs: z.array(z.object({ name: z.string(), size: z.number(), mtime: z.number().optional() })) });
