import type { Scenario } from "../scenario.ts";
import { culpritIn, inLab, leakingJob } from "./one-job.ts";

/** Memory that is not the heap's, and descriptors. */
export const OFF_HEAP: readonly Scenario[] = [
  leakingJob(
    {
      name: "rocks-iterator",
      about: "iterators and options of RocksDB that are never closed",
      cluster: { lib: ["rocksdb"] },
      job: { entryClass: inLab("RocksIteratorJob"), rate: { low: 12, high: 30 } },
      seconds: 180,
    },
    {
      resources: ["native-memory"],
      rootClasses: ["org.rocksdb.RocksIterator", "org.rocksdb.ReadOptions"],
      holder: null,
      culprit: culpritIn("RocksIteratorJob$FindNearest", "map"),
      operator: "find-nearest",
      driver: { kind: "records-in", ratio: null },
    },
  ),
  leakingJob(
    {
      name: "direct-buffer",
      about: "direct buffers in a pool from which nobody takes any",
      job: { entryClass: inLab("DirectBufferJob"), rate: { low: 15, high: 35 } },
      seconds: 150,
    },
    {
      resources: ["direct-memory"],
      rootClasses: ["java.nio.DirectByteBuffer"],
      holder: { owners: [inLab("DirectBufferJob$Encode")], field: "POOL" },
      culprit: culpritIn("DirectBufferJob$Encode", "map"),
      operator: "encode",
    },
  ),
  leakingJob(
    {
      name: "netty-buffer",
      about: "buffers of Netty's pool that are not released",
      job: { entryClass: inLab("NettyBufferJob"), rate: { low: 12, high: 25 } },
      seconds: 170,
    },
    {
      resources: ["direct-memory", "native-memory"],
      rootClasses: ["io.netty.buffer.PoolChunk"],
      holder: {
        owners: ["io.netty.buffer.PooledByteBufAllocator", "io.netty.buffer.PoolArena", "io.netty.buffer.PoolArena$DirectArena"],
        field: null,
      },
      culprit: culpritIn("NettyBufferJob$Frame", "map"),
      operator: "frame",
      // The pool grows by chunks.
      driver: { kind: "records-in", ratio: null },
    },
  ),
  leakingJob(
    {
      name: "mapped-file",
      about: "a region of a file is mapped for each element, and every mapping is kept",
      job: { entryClass: inLab("MappedFileJob"), rate: { low: 15, high: 35 } },
      seconds: 165,
    },
    {
      resources: ["native-memory"],
      rootClasses: ["java.nio.DirectByteBuffer"],
      holder: { owners: [inLab("MappedFileJob$ReadSegments")], field: "SEGMENTS" },
      culprit: culpritIn("MappedFileJob$ReadSegments", "map"),
      operator: "read-segments",
    },
  ),
  leakingJob(
    {
      name: "deflater",
      about: "a Deflater for each element, put aside instead of ended",
      job: { entryClass: inLab("DeflaterJob"), rate: { low: 2, high: 6 } },
      seconds: 165,
    },
    {
      resources: ["native-memory"],
      rootClasses: ["java.util.zip.Deflater"],
      holder: { owners: [inLab("DeflaterJob$Compress")], field: "USED" },
      culprit: culpritIn("DeflaterJob$Compress", "map"),
      operator: "compress",
    },
  ),
  leakingJob(
    {
      name: "open-file",
      about: "a file is opened for each element and never closed",
      job: { entryClass: inLab("OpenFileJob"), rate: { low: 4, high: 10 } },
      seconds: 135,
    },
    {
      resources: ["descriptors"],
      rootClasses: ["java.io.FileInputStream", "java.io.FileDescriptor"],
      holder: { owners: [inLab("OpenFileJob$ReadTemplates")], field: "OPEN" },
      culprit: culpritIn("OpenFileJob$ReadTemplates", "map"),
      operator: "read-templates",
    },
  ),
  leakingJob(
    {
      name: "socket",
      about: "a connection for each element, put into a pool that hands none out",
      cluster: { collector: "Serial" },
      job: { entryClass: inLab("SocketJob"), rate: { low: 3, high: 8 }, arguments: ["--url", "{service}"] },
      seconds: 135,
    },
    {
      resources: ["descriptors"],
      rootClasses: ["java.net.Socket", "sun.nio.ch.NioSocketImpl", "java.io.FileDescriptor"],
      holder: { owners: [inLab("SocketJob$Notify")], field: "IDLE" },
      culprit: culpritIn("SocketJob$Notify", "map"),
      operator: "notify",
    },
  ),
];
