import { afterAll, beforeAll, describe } from "vitest";
import { type KafkaBroker, kafkaTransport, startBroker } from "./index.ts";
import { describeTransport } from "./contract.ts";

describe("the transport through a real Kafka broker", () => {
  let broker: KafkaBroker;
  beforeAll(async () => {
    broker = await startBroker();
  });
  afterAll(() => broker?.[Symbol.asyncDispose]());

  describeTransport(() => kafkaTransport({ brokers: [broker.address] }));
});
