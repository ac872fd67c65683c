import { describe, expect, it } from "vitest";
import { knownMessage } from "./known-messages.ts";

describe("known messages", () => {
  it.each([
    ["java.lang.OutOfMemoryError: Metaspace. The metaspace out-of-memory error has occurred.", "oom-metaspace", "metaspace"],
    ["java.lang.OutOfMemoryError: Direct buffer memory. The direct out-of-memory error has occurred.", "oom-direct", "direct-memory"],
    [
      "java.lang.OutOfMemoryError: Cannot reserve 65536 bytes of direct buffer memory (allocated: 1, limit: 2)",
      "oom-direct",
      "direct-memory",
    ],
    ["java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory", "oom-threads", "threads"],
    ["[warning][os,thread] Failed to start thread: pthread_create failed (EAGAIN) for attributes", "oom-threads", "threads"],
    ["java.lang.OutOfMemoryError: Java heap space", "oom-heap", "heap"],
    ["java.io.IOException: Too many open files", "too-many-files", "descriptors"],
    ["Pod terminated: OOMKilled", "killed", "native-memory"],
    ["Container exited with exit code 137", "killed", "native-memory"],
    ["You are creating too many HashedWheelTimer instances. HashedWheelTimer is a shared resource", "too-many-instances", null],
    ["LEAK: ByteBuf.release() was not called before it's garbage-collected. See", "buffer-not-released", "direct-memory"],
    ["The heartbeat of TaskManager with id 10.0.0.1:1234-abc timed out.", "heartbeat", null],
  ])("tells what %s means", (text, id, resource) => {
    expect(knownMessage(text)).toMatchObject({ id, resource });
  });

  it.each(["", "Checkpoint 137 completed", "exit code 1370", "Metaspace used: 40 MB", "creating too many   instances"])(
    "says nothing about %j",
    (text) => expect(knownMessage(text)).toBeNull(),
  );
});
