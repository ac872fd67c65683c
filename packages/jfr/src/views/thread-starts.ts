import type { Chunk } from "../chunk.ts";
import type { EventHandler, RecordingView } from "../view.ts";
import { namesOf } from "./names.ts";
import type { StackTable } from "./stacks.ts";

/** A thread was started. `stack` is that of the thread that started it: an ordinal in the recording's stacks, -1 for none. */
export interface ThreadStarted {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly thread: string;
  readonly parent: string | null;
  readonly stack: number;
}

const EVENT = "jdk.ThreadStart";

/** Every thread start of the recording, in the order of the file. */
export class ThreadStartView implements RecordingView {
  readonly starts: ThreadStarted[] = [];
  /** Starts of threads that the recording cannot name, and which are left out. */
  unresolved = 0;
  readonly #stacks: StackTable;

  constructor(stacks: StackTable) {
    this.#stacks = stacks;
  }

  open(chunk: Chunk): ReadonlyMap<string, EventHandler> {
    const names = namesOf(chunk);
    const stackOf = this.#stacks.resolver(chunk, names);
    return new Map([
      [
        EVENT,
        (event) => {
          const field = (name: string): number => event.number(event.slot(name));
          const thread = names.threadName(field("thread"));
          if (thread === null) {
            this.unresolved++;
            return;
          }
          const at = chunk.timeOf(field("startTime"));
          this.starts.push({ at, thread, parent: names.threadName(field("parentThread")), stack: stackOf(field("stackTrace")) });
        },
      ],
    ]);
  }
}
