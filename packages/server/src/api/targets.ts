import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { HeaptideError, isHeaptideError } from "@heaptide/base";
import { describeJvm, listJvms } from "@heaptide/jvm";
import { About, LocalJvm } from "@heaptide/model";
import { THIS_HOST } from "../access/gate.ts";
import { answers, type ApiSources } from "./contract.ts";
import { refuseInvalid } from "./validation.ts";

const getAbout = createRoute({ method: "get", path: "/about", responses: answers(About, "What this server looks at, and its present") });

const listLocal = createRoute({
  method: "get",
  path: "/jvms",
  responses: answers(z.array(LocalJvm), "The JVMs of this host; none where the system does not show them"),
});

const postTarget = createRoute({
  method: "post",
  path: "/targets",
  request: {
    body: {
      required: true,
      content: { "application/json": { schema: z.strictObject({ pid: z.number().int().positive(), agent: z.string().optional() }) } },
    },
  },
  responses: answers(z.object({ watching: z.string() }), "Watches a JVM of this host from now on, or of the host of an agent"),
});

export function targetRoutes({ store, about, control, agents, now }: ApiSources) {
  return new OpenAPIHono({ defaultHook: refuseInvalid })
    .openapi(getAbout, async (c) => {
      const observed = await store.observedSpan();
      const principal = c.get("principal");
      const reader = principal === THIS_HOST ? null : principal.name;
      return c.json({ ...about, now: now(), observed, targets: [...(control?.targets() ?? [])], reader }, 200);
    })
    .openapi(listLocal, async (c) => c.json(await localJvms(control?.watchedPids() ?? new Set()), 200))
    .openapi(postTarget, async (c) => {
      if (control === null) throw new HeaptideError("NOT_WATCHED", { process: "A recorded session" });
      const { pid, agent } = c.req.valid("json");
      if (agent !== undefined) {
        agents.watch(agent, pid);
        return c.json({ watching: `pid ${pid} of ${agent}` }, 200);
      }
      const jvm = await describeJvm(pid);
      control.watch({ kind: "pid", pid });
      return c.json({ watching: jvm.mainClass ?? `pid ${pid}` }, 200);
    });
}

/** A system without `/proc` shows none, which is no failure of the page that asks. */
async function localJvms(watched: ReadonlySet<number>): Promise<LocalJvm[]> {
  try {
    return (await listJvms()).map(({ pid, user, mainClass, command, startedAt, heapUsed, heapMax, attach }) => ({
      pid,
      user,
      name: mainClass ?? command.slice(0, 200),
      startedAt,
      heapUsed,
      heapMax,
      attachable: attach.ok,
      why: attach.ok ? null : attach.why,
      watched: watched.has(pid),
    }));
  } catch (error) {
    if (isHeaptideError(error)) return [];
    throw error;
  }
}
