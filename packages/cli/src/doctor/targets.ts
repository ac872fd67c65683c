import { isHeaptideError } from "@heaptide/base";
import { FlinkClient, locateTaskManagers } from "@heaptide/flink";
import { type JvmProcess, listJvms } from "@heaptide/jvm";
import { type Check, fail, ok, warn } from "./check.ts";

/** The JVMs of this host: one line for those that can be watched, one for each that cannot. */
export async function checkJvms(signal: AbortSignal): Promise<Check[]> {
  const jvms = await listJvms({ signal });
  if (jvms.length === 0)
    return [warn("JVMs", "none can be seen from here", "in a container, share its PID namespace: docker run --pid=container:<name>")];
  const watchable = jvms.filter((jvm) => jvm.attach.ok);
  const summary = `${watchable.length} of ${jvms.length} can be attached to`;
  const obstacles = jvms.flatMap((jvm) =>
    jvm.attach.ok ? [] : [warn(`JVM ${jvm.pid}`, `${nameOf(jvm)}: ${jvm.attach.why}`, jvm.attach.next)],
  );
  return [watchable.length > 0 ? ok("JVMs", summary) : warn("JVMs", summary, "heaptide ps"), ...obstacles];
}

/** A cluster's REST API, and which of its TaskManagers run on this host. */
export async function checkFlink(url: string): Promise<Check[]> {
  try {
    const client = new FlinkClient(url);
    const version = await client.version();
    const located = await locateTaskManagers(client);
    const here = located.filter((one) => one.pid !== null).length;
    const elsewhere = located.flatMap((one) => (one.pid === null ? [warn(`TaskManager ${one.flinkId}`, one.why, one.next)] : []));
    return [ok("Flink", `${version} at ${client.url}, ${located.length} TaskManagers, ${here} of them on this host`), ...elsewhere];
  } catch (error) {
    if (!isHeaptideError(error)) throw error;
    return [fail("Flink", error.message, error.next)];
  }
}

function nameOf(jvm: JvmProcess): string {
  return jvm.mainClass ?? jvm.command.slice(0, 60);
}
