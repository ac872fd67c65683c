import { formatBytes } from "@heaptide/base";
import type { LocalJvm } from "@heaptide/model";
import { useState } from "react";
import { ApiFailure, send } from "../api/client.ts";
import { queryClient, useAnswer } from "../api/queries.ts";
import { formatAgo } from "../format.ts";
import { useAbout } from "../span.ts";
import { Command, Empty } from "./states.tsx";

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
      <table>
        <thead>
          <tr>
            <th>JVM</th>
            <th className="r">pid</th>
            <th>user</th>
            <th className="r">heap</th>
            <th>started</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {jvms.map((jvm) => (
            <JvmRow key={jvm.pid} jvm={jvm} />
          ))}
        </tbody>
      </table>
    </>
  );
}

function JvmRow({ jvm }: { readonly jvm: LocalJvm }) {
  const [said, setSaid] = useState<string | null>(null);
  const watch = async () => {
    try {
      await send("POST", "/targets", { pid: jvm.pid });
      setSaid("being watched");
      await queryClient.invalidateQueries();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      setSaid(`${error.message} ${error.next}`);
    }
  };
  return (
    <tr>
      <td className="mono">{jvm.name}</td>
      <td className="r">{jvm.pid}</td>
      <td>{jvm.user}</td>
      <td className="r">
        {jvm.heapUsed === null ? "" : formatBytes(jvm.heapUsed)}
        {jvm.heapMax === null ? "" : ` of ${formatBytes(jvm.heapMax)}`}
      </td>
      <td className="muted">{formatAgo(jvm.startedAt, Date.now())}</td>
      <td className="r">
        {said !== null || jvm.watched ? (
          <span role="status">{said ?? "being watched"}</span>
        ) : (
          <button type="button" className="control" onClick={() => void watch()} title={jvm.why ?? undefined}>
            Watch
          </button>
        )}
      </td>
    </tr>
  );
}
