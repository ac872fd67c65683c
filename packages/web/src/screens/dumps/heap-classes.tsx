import { formatBytes } from "@heaptide/base";
import type { HeapReport } from "@heaptide/hprof";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState } from "react";
import { formatCount } from "../../format.ts";

type ClassRow = HeapReport["classes"][number];
const ROW = 27;

interface Props {
  readonly classes: readonly ClassRow[];
  readonly onAsk: (name: string) => void;
}

/** Every class by what it retains. */
export function HeapClasses({ classes, onAsk }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const [words, setWords] = useState("");
  const rows = useMemo(() => {
    const text = words.toLowerCase();
    return classes.filter((row) => row.class.toLowerCase().includes(text)).toSorted((a, b) => b.retained - a.retained);
  }, [classes, words]);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: 10 });
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
                <span>{formatCount(row.instances)}</span>
                <span>{formatBytes(row.bytes)}</span>
                <span>{formatBytes(row.retained)}</span>
                <span>
                  <button type="button" className="copy" onClick={() => onAsk(row.class)} aria-label={`Who holds ${row.class}`}>
                    who holds it
                  </button>
                </span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
