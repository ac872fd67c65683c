import { useEffect, useState } from "react";
import type { RecordingReply } from "./reply.ts";

/** Hands a file to a worker of its own and gives its answer; the worker ends with whoever asked. */
export function useFileReader(file: File, start: () => Worker): RecordingReply | null {
  const [reply, setReply] = useState<RecordingReply | null>(null);
  useEffect(() => {
    const worker = start();
    worker.addEventListener("message", (event: MessageEvent<RecordingReply>) => setReply(event.data));
    worker.addEventListener("error", (event) =>
      setReply({
        kind: "failure",
        code: "BUG",
        message: `Reading failed: ${event.message || "the worker ended"}.`,
        next: "Try a smaller file, or heaptide on the command line.",
      }),
    );
    worker.postMessage(file, []);
    return () => worker.terminate();
    // The file is the question; how its reader is started never changes.
  }, [file]);
  return reply;
}
