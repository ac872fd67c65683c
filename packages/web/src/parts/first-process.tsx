import { formatBytes } from "@heaptide/base";
import type { LocalJvm } from "@heaptide/model";
import { useState } from "react";
import { ApiFailure, send } from "../api/client.ts";
import { queryClient, useAnswer } from "../api/queries.ts";
import { formatAgo } from "../format.ts";
import { useAbout } from "../span.ts";
import { Command, Empty } from "./states.tsx";
import { type Column, Table } from "./table.tsx";

/** Nothing is watched yet: a command to paste, or a JVM of this host to choose. */
export function FirstProcess() {
  const about = useAbout();
  const { data: jvms } = useAnswer<LocalJvm[]>(about?.mode === "session" ? null : "/jvms");
  return (
    <div className="panel">
      <Empty title={about?.targets.length ? "Nothing was seen yet" : "Nothing is watched yet"}>
        <p>
          {about?.targets.length
            ? `Heaptide looks at ${about.targets.join(", ")}; the first process appears here within seconds. If none does, this says why:`
            : "Name a Flink cluster when the server is started; all its JVMs appear here by themselves."}
        </p>
        <Command line={about?.targets.length ? "heaptide doctor" : "heaptide serve --flink http://127.0.0.1:8081"} />
      </Empty>
      {jvms !== undefined && jvms.length > 0 && <LocalJvms jvms={jvms} />}
    </div>
  );
}

function LocalJvms({ jvms }: { readonly jvms: readonly LocalJvm[] }) {
  return (
    <>
      <h2>Or watch a JVM of this host</h2>
      <Table label="JVMs of this host" columns={COLUMNS} rows={jvms} keyOf={({ pid }) => pid} />
    </>
  );
}

const COLUMNS: readonly Column<LocalJvm>[] = [
  { title: "JVM", className: "mono lead", cell: ({ name }) => name },
  { title: "pid", className: "r", cell: ({ pid }) => pid },
  { title: "user", cell: ({ user }) => user },
  { title: "heap", className: "r", cell: heapOf },
  { title: "started", className: "muted", cell: ({ startedAt }) => formatAgo(startedAt, Date.now()) },
  { title: "", className: "r", cell: (jvm) => <WatchButton jvm={jvm} /> },
];

function heapOf({ heapUsed, heapMax }: LocalJvm): string {
  return `${heapUsed === null ? "" : formatBytes(heapUsed)}${heapMax === null ? "" : ` of ${formatBytes(heapMax)}`}`;
}

function WatchButton({ jvm: { pid, watched, why } }: { readonly jvm: LocalJvm }) {
  const [said, setSaid] = useState<string | null>(null);
  const watch = async () => {
    try {
      await send("POST", "/targets", { pid });
      setSaid("being watched");
      await queryClient.invalidateQueries();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      setSaid(`${error.message} ${error.next}`);
    }
  };
  if (said !== null || watched) return <span role="status">{said ?? "being watched"}</span>;
  return (
    <button type="button" className="control" onClick={() => void watch()} title={why ?? undefined}>
      Watch
    </button>
  );
}
