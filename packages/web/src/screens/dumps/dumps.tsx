import { formatBytes } from "@heaptide/base";
import { type DragEvent, useRef, useState } from "react";
import { Crumb } from "../../parts/page-head.tsx";
import { Empty } from "../../parts/states.tsx";
import type { HeapReport } from "@heaptide/hprof";
import { HeapAnswer } from "./heap.tsx";
import { HeapClasses } from "./heap-classes.tsx";
import { RecordingAnswer } from "./recording.tsx";

/** Drop a file and get its answer; it is read in this browser, by a worker, and goes nowhere. */
export function Dumps() {
  const [files, setFiles] = useState<readonly File[]>([]);
  const [reports, setReports] = useState<readonly NamedReport[]>([]);
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
        {reports.length > 1 && <Comparison later={reports[0]!} earlier={reports[1]!} />}
        {files.map((file) => (
          <section key={`${file.name} ${file.size} ${file.lastModified}`} className="panel">
            <header className="row">
              <b className="mono">{file.name}</b>
              <span className="tiny">{formatBytes(file.size)}</span>
            </header>
            {/\.jfr(\.gz)?$/i.test(file.name) ? (
              <RecordingAnswer file={file} />
            ) : (
              <HeapAnswer
                file={file}
                onRead={(report) =>
                  setReports((old) => [{ name: file.name, report }, ...old].sort((x, y) => y.report.dump.at - x.report.dump.at))
                }
              />
            )}
          </section>
        ))}
      </div>
    </>
  );
}

interface NamedReport {
  readonly name: string;
  readonly report: HeapReport;
}

/** The two latest dumps, class by class. */
function Comparison({ later, earlier }: { readonly later: NamedReport; readonly earlier: NamedReport }) {
  return (
    <section className="panel">
      <h2>
        {later.name} compared with {earlier.name}
      </h2>
      <HeapClasses classes={later.report.classes} before={earlier.report.classes} />
    </section>
  );
}
