export { type KafkaBroker, startBroker } from "./broker.ts";
export { kafkaTransport, type KafkaOptions } from "./kafka.ts";
export { segmentTransport, type SegmentOptions } from "./segments.ts";
export { type Message, type TopicWriter, type Transport, TransportBusyError } from "./transport.ts";
