import { randomUUID } from "node:crypto";
import {
  Admin,
  Consumer,
  ListOffsetTimestamps,
  MessagesStreamModes,
  Producer,
  ProtocolError,
  stringDeserializers,
  stringSerializers,
} from "@platformatic/kafka";
import { Batches } from "./batches.ts";
import type { TopicWriter, Transport } from "./transport.ts";

/**
 * The transport through Kafka: a topic a topic, a record a line. A line is durable when all in-sync replicas have it, and the producer is idempotent, so
 * that a request sent again by the client itself leaves no second record. Records are not compressed: the jobs' jar brings no native codecs.
 */
export interface KafkaOptions {
  /** `host:port` */
  readonly brokers: readonly string[];
  /** Of topics that are not there yet. */
  readonly partitions?: number;
  /** By default the broker's own. */
  readonly replicas?: number;
}

/** Until one request is given up, milliseconds. */
const REQUEST_TIMEOUT = 10_000;

export function kafkaTransport(options: KafkaOptions): Transport {
  const bootstrapBrokers = [...options.brokers];
  const base = { clientId: "dataspa", bootstrapBrokers, timeout: REQUEST_TIMEOUT, retries: 5, retryDelay: 200 };
  const writers = new Set<TopicWriter>();
  return {
    async writer(topic) {
      await ensureTopic(base, topic, options);
      const writer = kafkaWriter(base, topic);
      writers.add(writer);
      return writer;
    },
    read: (topic) => readToEnd(base, topic),
    sourceArguments: (topic) => ["--brokers", bootstrapBrokers.join(","), "--topic", topic],
    async [Symbol.asyncDispose]() {
      for (const writer of writers) await writer.close();
    },
  };
}

type Base = { clientId: string; bootstrapBrokers: string[]; timeout: number; retries: number; retryDelay: number };

async function ensureTopic(base: Base, topic: string, { partitions = 2, replicas = -1 }: KafkaOptions): Promise<void> {
  const admin = new Admin(base);
  try {
    await admin.createTopics({ topics: [topic], partitions, replicas });
  } catch (error) {
    if (!isTopicThere(error)) throw error;
  } finally {
    await admin.close();
  }
}

function isTopicThere(error: unknown): boolean {
  if (error instanceof ProtocolError) return error.apiId === "TOPIC_ALREADY_EXISTS";
  return error instanceof AggregateError && error.errors.some((one) => isTopicThere(one));
}

function kafkaWriter(base: Base, topic: string): TopicWriter {
  const producer = new Producer({ ...base, serializers: stringSerializers, idempotent: true, acks: -1 });
  const batches = new Batches(async (messages) => {
    await producer.send({ messages: messages.map(({ key, value }) => ({ topic, key, value })) });
  });
  let closed: Promise<void> | undefined;
  const idle = () => batches.idle();
  return {
    append: async (messages) => {
      if (closed) throw new Error("the writer is closed");
      await batches.add(messages);
    },
    // A record that all replicas have can be read.
    flush: idle,
    close: () => (closed ??= idle().then(() => producer.close())),
  };
}

async function* readToEnd(base: Base, topic: string): AsyncIterable<string> {
  const consumer = new Consumer({ ...base, groupId: `dataspa-read-${randomUUID()}`, deserializers: stringDeserializers });
  try {
    const ends = (await consumer.listOffsets({ topics: [topic], timestamp: ListOffsetTimestamps.LATEST })).get(topic) ?? [];
    const starts = (await consumer.listOffsets({ topics: [topic], timestamp: ListOffsetTimestamps.EARLIEST })).get(topic) ?? [];
    const open = new Set([...ends.keys()].filter((partition) => ends[partition]! > starts[partition]!));
    if (open.size === 0) return;
    const stream = await consumer.consume({ topics: [topic], mode: MessagesStreamModes.EARLIEST, autocommit: false, maxWaitTime: 200 });
    for await (const { partition, offset, value } of stream) {
      if (offset < ends[partition]!) yield value;
      if (offset + 1n >= ends[partition]!) open.delete(partition);
      if (open.size === 0) break;
    }
    await stream.close();
  } finally {
    await consumer.close(true);
  }
}
