import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";

const FOLDER = join(import.meta.dirname, "../../kubernetes");

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly [more: string]: unknown;
}
const documents = (file: string): Manifest[] =>
  parseAllDocuments(readFileSync(join(FOLDER, file), "utf8")).map((document) => document.toJS() as Manifest);
const all = readdirSync(FOLDER).flatMap((file) => documents(file).map((manifest) => ({ file, manifest })));

/** Kubernetes' own schema of a kind, as its OpenAPI document has it. */
async function validate(manifest: Manifest): Promise<void> {
  const kinds = (await import(`kubernetes-models/${manifest.apiVersion}`)) as Record<
    string,
    (new (data: unknown) => { validate(): void }) | undefined
  >;
  const Kind = kinds[manifest.kind];
  if (Kind === undefined) throw new Error(`no schema of ${manifest.apiVersion} ${manifest.kind}`);
  new Kind(manifest).validate();
}

const OTHERS = new Set(["Kustomization", "FlinkDeployment"]);
const podOfOperator = () =>
  (documents("flink-deployment.yaml")[0] as unknown as { spec: { taskManager: { podTemplate: Manifest } } }).spec.taskManager.podTemplate;

describe("manifests for Kubernetes", () => {
  it.each(all.filter(({ manifest }) => !OTHERS.has(manifest.kind)).map(({ file, manifest }) => [manifest.kind, file, manifest] as const))(
    "%s of %s is what its schema says",
    (_, __, manifest) => validate(manifest),
  );

  it("are refused by the schema where they are wrong", async () => {
    await expect(
      validate({ apiVersion: "v1", kind: "Service", metadata: { name: "x" }, spec: { ports: [{ port: "many" }] } }),
    ).rejects.toThrow();
  });

  it("hold a pod template for the operator that is a pod, beside which the sidecar sees the JVM", async () => {
    const pod = podOfOperator();
    await validate(pod);
    expect(pod).toMatchObject({
      spec: {
        shareProcessNamespace: true,
        containers: [
          { name: "flink-main-container" },
          { name: "heaptide", securityContext: { runAsUser: 9999, capabilities: { drop: ["ALL"], add: ["SYS_PTRACE"] } } },
        ],
      },
    });
  });

  it("list every file that is applied, and no secret", () => {
    const [kustomization] = documents("kustomization.yaml") as unknown as [{ resources: string[] }];
    expect(kustomization.resources.filter((file) => !readdirSync(FOLDER).includes(file))).toEqual([]);
    expect(kustomization.resources.flatMap(documents).map(({ kind }) => kind)).not.toContain("Secret");
  });

  it("mount the secrets that the example makes, and ask for no token where a container is only asked whether it answers", () => {
    const secrets = documents("token.example.yaml").map(({ metadata }) => metadata.name);
    expect(secrets).toEqual(["heaptide-tokens", "heaptide-agent"]);
    const server = JSON.stringify(documents("server.yaml"));
    expect(server).toContain('"secretName":"heaptide-tokens"');
    expect(JSON.stringify(podOfOperator())).toContain('"secretName":"heaptide-agent"');
    expect(server.match(/"path":"[^"]*"/g)).toEqual(['"path":"/healthz"', '"path":"/healthz"']);
  });

  it("let Heaptide read and nothing else", () => {
    const [role] = documents("account.yaml").filter(({ kind }) => kind === "Role") as unknown as [
      { rules: { verbs: string[]; resources: string[] }[] },
    ];
    expect(new Set(role.rules.flatMap(({ verbs }) => verbs))).toEqual(new Set(["list"]));
    expect(role.rules.flatMap(({ resources }) => resources)).toEqual(["pods", "deployments", "statefulsets"]);
  });
});
