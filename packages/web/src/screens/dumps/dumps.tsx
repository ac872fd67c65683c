import { formatBytes } from "@heaptide/base";
import { type DragEvent, useRef, useState } from "react";
import { Crumb } from "../../parts/page-head.tsx";
import { Empty } from "../../parts/states.tsx";
import { HeapAnswer } from "./heap.tsx";
import { HeapComparison, type NamedDump } from "./heap-comparison.tsx";
import { RecordingAnswer } from "./recording.tsx";

/** Drop a file and get its answer; it is read in this browser, by a worker, and goes nowhere. */
export function Dumps() {
  const [files, setFiles] = useState<readonly File[]>([]);
  const [dumps, setDumps] = useState<readonly NamedDump[]>([]);
  const [isOver, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const add = (list: FileList | null) => setFiles((old) => [...[...(list ?? [])], ...old]);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    add(event.dataTransfer.files);
  };
  return (
    <>
      <Crumb title="Dumps">
        <b>Dumps and recordings</b>
      </Crumb>
      <h1 className="hidden-text">Dumps and recordings</h1>
      <div className="stack">
        <div
          className={isOver ? "panel drop over" : "panel drop"}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
        >
          <Empty title="Drop a heap dump or a flight recording">
            <p>
              <code>.hprof</code>, <code>.hprof.gz</code> or <code>.jfr</code>. It is read in this browser and goes nowhere.
            </p>
            <button type="button" className="control" onClick={() => input.current?.click()}>
              Choose a file
            </button>
            <input
              ref={input}
              type="file"
              multiple
              accept=".hprof,.gz,.jfr"
              hidden
              onChange={(event) => add(event.target.files)}
              aria-label="Files"
            />
          </Empty>
        </div>
        {dumps.length > 1 && <HeapComparison key={`${dumps[0]!.name} ${dumps[1]!.name}`} later={dumps[0]!} earlier={dumps[1]!} />}
        {files.map((file) => (
          <section key={`${file.name} ${file.size} ${file.lastModified}`} className="panel">
            <header className="row">
              <b className="mono">{file.name}</b>
              <span className="tiny">{formatBytes(file.size)}</span>
            </header>
            {isRecording(file.name) ? (
              <RecordingAnswer file={file} />
            ) : (
              <HeapAnswer
                file={file}
                beside={sizeOf(files.slice(files.indexOf(file) + 1))}
                onOpen={(heap, { dump }) =>
                  setDumps((old) =>
                    [{ name: file.name, at: dump.at, heap }, ...old.filter((other) => other.heap !== heap)].sort((x, y) => y.at - x.at),
                  )
                }
              />
            )}
          </section>
        ))}
      </div>
    </>
  );
}

/** Bytes of dumps: recordings are read and let go. */
const sizeOf = (files: readonly File[]): number => files.filter(({ name }) => !isRecording(name)).reduce((sum, { size }) => sum + size, 0);

const isRecording = (name: string): boolean => /\.jfr(\.gz)?$/i.test(name);
