import { formatBytes } from "@heaptide/base";
import type { HeapReport } from "@heaptide/hprof";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState } from "react";
import { formatCount, formatSigned } from "../../format.ts";

type ClassRow = HeapReport["classes"][number];
const ROW = 27;

interface Props {
  readonly classes: readonly ClassRow[];
  /** Of another dump: what is shown is then the difference to it. */
  readonly before?: readonly ClassRow[];
  readonly onAsk?: (name: string) => void;
}

/** Every class by what it retains, or by how many more bytes it has than before. */
export function HeapClasses({ classes, before, onAsk }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const [words, setWords] = useState("");
  const old = useMemo(() => (before === undefined ? null : new Map(before.map((row) => [row.class, row]))), [before]);
  const rows = useMemo(() => {
    const text = words.toLowerCase();
    const found = classes.filter((row) => row.class.toLowerCase().includes(text));
    const weight = (row: ClassRow) => (old === null ? row.retained : row.bytes - (old.get(row.class)?.bytes ?? 0));
    return found.toSorted((a, b) => weight(b) - weight(a));
  }, [classes, old, words]);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: 10 });
  const more = (row: ClassRow, value: (row: ClassRow) => number, format: (value: number) => string) => {
    if (old === null) return format(value(row));
    const was = old.get(row.class);
    return formatSigned(value(row) - (was === undefined ? 0 : value(was)), format);
  };
  return (
    <div className="class-table heap-classes">
      <input
        className="control"
        type="search"
        placeholder="Filter classes"
        aria-label="Filter classes of the dump"
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <div className="class-row head">
        <span className="name">class</span>
        <span>instances</span>
        <span>bytes</span>
        <span>retained</span>
        <span />
      </div>
      <div ref={scroller} className="rows" tabIndex={0} role="group" aria-label="Classes of the dump">
        <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index]!;
            return (
              <div key={row.class} className="class-row" style={{ transform: `translateY(${start}px)` }}>
                <span className="name mono" title={row.class}>
                  {row.class}
                </span>
                <span>{more(row, ({ instances }) => instances, formatCount)}</span>
                <span>{more(row, ({ bytes }) => bytes, formatBytes)}</span>
                <span>{more(row, ({ retained }) => retained, formatBytes)}</span>
                <span>
                  {onAsk && (
                    <button type="button" className="copy" onClick={() => onAsk(row.class)} aria-label={`Who holds ${row.class}`}>
                      who holds it
                    </button>
                  )}
                </span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
