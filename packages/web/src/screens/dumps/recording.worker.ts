import { isHeaptideError } from "@heaptide/base";
import { readAllocations, summarizeRecording, userFrame } from "@heaptide/jfr";
import type { AllocationsView } from "@heaptide/model";
import type { RecordingReply } from "./reply.ts";

/** Reads one recording off the page's thread. */
addEventListener("message", (event: MessageEvent<File>) => void answer(event.data));

async function answer(file: File): Promise<void> {
  try {
    const [summary, allocations] = [await summarizeRecording(file, { top: 20 }), await readAllocations(file)];
    const { liveSet, from, to, incomplete, chunks } = summary;
    const view: AllocationsView = {
      at: allocations.oldObjectsAt ?? to,
      incarnation: file.name,
      recordingFrom: allocations.recordingFrom,
      dumps: [],
      stacks: allocations.stacks.map((stack) => {
        const user = userFrame(stack);
        return stack.map((frame, place) => ({ ...frame, user: place === user }));
      }),
      oldObjects: allocations.oldObjects,
      threadStarts: allocations.threadStarts,
    };
    reply({
      kind: "recording",
      from,
      to,
      chunks,
      liveSet: liveSet === null ? null : { at: [...liveSet.series.at], value: [...liveSet.series.value] },
      incomplete:
        incomplete === null
          ? null
          : `${incomplete.reason === "truncated" ? "the file ends inside of a chunk" : "it was copied while the JVM wrote it"}, at byte ${incomplete.offset}`,
      view,
    });
  } catch (error) {
    if (isHeaptideError(error)) reply({ kind: "failure", ...error.toJSON() });
    else reply({ kind: "failure", code: "BUG", message: String(error), next: "Please report it, with the file if you may." });
  }
}

const reply = (message: RecordingReply): void => postMessage(message);
