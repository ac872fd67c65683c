import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SYSTEM_CLOCK } from "../clock.ts";
import { KubernetesProbe } from "../probes/kubernetes.ts";
import { KubernetesClient } from "./client.ts";
import { Pod } from "./rollouts.ts";

const NOW = Date.UTC(2026, 10, 25);
const { signal } = new AbortController();

/** A server that answers lists as the API server documents them, and 401 and 403 where it would. */
let server: Server;
let account: string;
let lists: Record<string, unknown[]>;
beforeEach(async () => {
  account = mkdtempSync(join(tmpdir(), "heaptide-kubernetes-"));
  writeFileSync(join(account, "token"), "the-token\n");
  writeFileSync(join(account, "namespace"), "flink");
  lists = { deployments: [], statefulsets: [], pods: [] };
  server = createServer((request, response) => {
    const [, plural] = /^\/(?:api\/v1|apis\/apps\/v1)\/namespaces\/flink\/(\w+)\?resourceVersion=0$/.exec(request.url ?? "") ?? [];
    const items = request.headers.authorization === "Bearer the-token" ? lists[plural ?? ""] : undefined;
    response.writeHead(items === undefined ? 403 : 200, { "content-type": "application/json" });
    response.end(
      JSON.stringify(
        items === undefined ? { kind: "Status", status: "Failure" } : { kind: "List", metadata: { resourceVersion: "1" }, items },
      ),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(() => {
  server.close();
  rmSync(account, { recursive: true });
});

const probe = (): KubernetesProbe => {
  const { port } = server.address() as AddressInfo;
  return new KubernetesProbe(new KubernetesClient({ url: `http://127.0.0.1:${port}`, account }), { ...SYSTEM_CLOCK, now: () => NOW });
};

const deployment = (generation: number, container: object, replicas = 1) => ({
  metadata: { name: "flink-taskmanager", uid: "u1", generation, annotations: {} },
  spec: { replicas, template: { spec: { containers: [{ name: "main", image: "jobs:1", ...container }] } } },
});

describe("rollouts on Kubernetes", () => {
  it("are changes with what differs, secrets masked, each once", async () => {
    const looking = probe();
    lists["deployments"] = [
      deployment(1, {
        env: [
          { name: "FEATURE", value: "off" },
          { name: "DB_PASSWORD", value: "old-word" },
        ],
      }),
    ];
    expect(await looking.look(signal)).toEqual([]);
    const env = [
      { name: "FEATURE", value: "on" },
      { name: "DB_PASSWORD", value: "new-word" },
      { name: "FROM_SECRET", valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
    ];
    lists["deployments"] = [deployment(2, { image: "jobs:2", env, resources: { limits: { memory: "2Gi" } } })];
    const changes = await looking.look(signal);
    expect(changes).toMatchObject([
      {
        kind: "configuration",
        title: "Deployment flink-taskmanager rolled out: main image jobs:1 → jobs:2",
        attributes: {
          "main image": "jobs:1 → jobs:2",
          "main FEATURE": "off → on",
          "main limit memory": "(none) → 2Gi",
          workload: "flink-taskmanager",
        },
      },
    ]);
    expect(JSON.stringify(changes)).toContain("main DB_PASSWORD");
    expect(JSON.stringify(changes)).not.toMatch(/old-word|new-word/);
    expect(await looking.look(signal)).toEqual([]);
  });

  it("are none where only a label or a status changed", async () => {
    const looking = probe();
    lists["statefulsets"] = [deployment(1, {})];
    await looking.look(signal);
    lists["statefulsets"] = [deployment(2, {})];
    expect(await looking.look(signal)).toEqual([]);
  });
});

describe("ends of containers", () => {
  it("tell of the kernel's kill, once, and of no orderly end", async () => {
    const status = (name: string, exitCode: number, reason?: string) => ({
      ...{ name, restartCount: 3, image: "jobs:2" },
      lastState: { terminated: { exitCode, reason, finishedAt: "2026-11-24T23:00:00Z" } },
    });
    const containerStatuses = [status("main", 137, "OOMKilled"), status("done", 0, "Completed"), status("other", 137)];
    lists["pods"] = [
      { metadata: { name: "tm-0", uid: "p1" }, status: { containerStatuses } },
      { metadata: { name: "new", uid: "p2" }, status: {} },
      "no pod",
    ];
    const looking = probe();
    expect(await looking.look(signal)).toMatchObject([
      { at: Date.UTC(2026, 10, 24, 23), title: "Container main of pod tm-0: OOMKilled, exit code 137" },
      { title: "Container other of pod tm-0: killed by the kernel, exit code 137" },
    ]);
    expect(await looking.look(signal)).toEqual([]);
  });
});

describe("the API server", () => {
  it("may forbid, or not be there: each says so, and the token stands nowhere", async () => {
    writeFileSync(join(account, "token"), "another-token");
    await expect(probe().look(signal)).rejects.toMatchObject({
      code: "KUBERNETES_REFUSED",
      message: expect.not.stringContaining("another") as string,
    });
    rmSync(join(account, "namespace"));
    await expect(probe().look(signal)).rejects.toMatchObject({ code: "KUBERNETES_UNREACHABLE" });
    const nowhere = new KubernetesClient({ url: "http://127.0.0.1:9", account });
    await expect(nowhere.list("/api/v1/namespaces/flink/pods", Pod, signal)).rejects.toMatchObject({ code: "KUBERNETES_UNREACHABLE" });
  });
});
