/** A line to be handed on. Lines with the same key keep their order. */
export interface Message {
  readonly key: string;
  /** Without a line break. */
  readonly value: string;
}

/**
 * How lines come from those who make them to the Flink jobs. Two implementations, one contract (`contract.ts`): segments on this machine's disk, and Kafka.
 */
export interface Transport extends AsyncDisposable {
  /** Lines of one topic. One writer of a name at a time: a second one would take over what the first has not finished. */
  writer(topic: string, name: string): Promise<TopicWriter>;
  /** What readers of the topic can see now, from its beginning; ends at the end. For tests, audits and repair: jobs have sources of their own. */
  read(topic: string): AsyncIterable<string>;
  /** The arguments by which a job finds the topic. */
  sourceArguments(topic: string): readonly string[];
}

export interface TopicWriter {
  /**
   * Resolves when the messages are durable, in whole: they survive `kill -9` and the loss of power. Readers see them soon after.
   *
   * @throws TransportBusyError when too much is waiting already, with nothing of these messages taken; any other error leaves it open whether they were
   * taken, so that whoever sends them again must be able to bear them twice.
   */
  append(messages: readonly Message[]): Promise<void>;
  /** Resolves when everything appended can be seen by readers. */
  flush(): Promise<void>;
  /** Flushes and ends. Any number of calls. */
  close(): Promise<void>;
}

/** More waits to be made durable than is allowed to: disk or broker are slower than what comes in. */
export class TransportBusyError extends Error {
  constructor(waiting: number) {
    super(`${waiting} bytes wait to be written already; try again in a moment`);
    this.name = "TransportBusyError";
  }
}
