import { formatBytes, formatDuration } from "@heaptide/base";
import { Sparkline } from "../../parts/sparkline.tsx";
import { DumpView } from "../allocations/allocations.tsx";
import { FileFailed } from "./file-failed.tsx";
import { useFileReader } from "./worker.ts";

const start = () => new Worker(new URL("./recording.worker.ts", import.meta.url), { type: "module" });

export function RecordingAnswer({ file }: { readonly file: File }) {
  const reply = useFileReader(file, start);
  if (reply === null) {
    return (
      <p className="muted" role="status">
        Reading …
      </p>
    );
  }
  if (reply.kind === "failure") return <FileFailed {...reply} />;
  const { from, to, chunks, liveSet, incomplete, view } = reply;
  return (
    <div className="stack">
      {incomplete !== null && (
        <p role="alert">
          <b className="up">Only its beginning could be read:</b> {incomplete}
        </p>
      )}
      <p className="muted">
        {formatDuration(to - from)} in {chunks} {chunks === 1 ? "chunk" : "chunks"}
        {liveSet === null || liveSet.value.length === 0
          ? "; no collection was recorded"
          : `; heap after collections from ${formatBytes(liveSet.value[0]!)} to ${formatBytes(liveSet.value.at(-1)!)}`}
      </p>
      {liveSet !== null && (
        <Sparkline values={liveSet.value} at={liveSet.at} span={{ from, to }} height={60} label="heap after collections" />
      )}
      <DumpView view={view} />
    </div>
  );
}
