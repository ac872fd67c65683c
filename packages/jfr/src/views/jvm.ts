import type { Chunk } from "../chunk.ts";
import type { EventHandler, RecordingView } from "../view.ts";

/** Who was recorded. */
export interface JvmRecorded {
  readonly name: string;
  readonly version: string;
  readonly pid: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Main class and arguments. */
  readonly command: string;
}

const EVENT = "jdk.JVMInformation";

/** The JVM's own description; null where the recording has none. Repeated in each chunk, the last one stays. */
export class JvmView implements RecordingView {
  jvm: JvmRecorded | null = null;

  open(_chunk: Chunk): ReadonlyMap<string, EventHandler> {
    return new Map([
      [
        EVENT,
        (event) => {
          const text = (field: string): string => event.text(event.slot(field)) ?? "";
          this.jvm = {
            name: text("jvmName"),
            version: text("jvmVersion"),
            pid: event.number(event.slot("pid")),
            startedAt: event.number(event.slot("jvmStartTime")),
            command: text("javaArguments"),
          };
        },
      ],
    ]);
  }
}
