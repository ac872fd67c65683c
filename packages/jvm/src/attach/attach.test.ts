import { compileJava, findRuntimes, type JavaSpec, type RunningJava, startJava } from "@heaptide/testkit";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { access, readdir, rm, stat } from "node:fs/promises";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import {
  classHistogram,
  describeJvm,
  forecastHeapDump,
  heapDump,
  heapInfo,
  listDescriptors,
  listJvms,
  readLimits,
  readPerfData,
  readProc,
  requireRoom,
  vmVersion,
} from "../index.ts";
import { attach } from "./attach.ts";

const jdks = findRuntimes();
const { classes, remove } = compileJava(jdks);
afterAll(remove);

const NOBODY = 65_534;
const AS_NOBODY = ["setpriv", "--reuid", `${NOBODY}`, "--regid", `${NOBODY}`, "--clear-groups"];
const isRoot = process.geteuid?.() === 0;

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

async function keeper(spec: Partial<JavaSpec> & Pick<JavaSpec, "jdk">): Promise<RunningJava> {
  const java = await startJava({ classes, main: "Keeper", ...spec });
  running.push(java);
  return java;
}

function command(...argv: string[]): ChildProcess & { pid: number } {
  const child = spawn(argv[0]!, argv.slice(1), { stdio: "ignore" });
  running.push({ stop: () => new Promise((resolve) => (child.once("close", () => resolve()), child.kill("SIGKILL"))) });
  return child as ChildProcess & { pid: number };
}

/** A JVM in namespaces of its own: pid 1, and a /tmp of 512 KiB. Gives its pid as it is here. */
async function contained(java: string): Promise<number> {
  const script = `mount -t tmpfs -o size=512k tmpfs /tmp && cp -r . /tmp/classes && exec "$0" -Xmx64m -cp /tmp/classes Keeper 5000`;
  const holder = spawn("unshare", ["--pid", "--fork", "--mount", "sh", "-c", script, java], {
    stdio: ["ignore", "pipe", "inherit"],
    cwd: classes,
  });
  const gone = new Promise<void>((resolve) => holder.once("close", () => resolve()));
  await new Promise((resolve, reject) => (holder.stdout.once("data", resolve), holder.once("close", reject)));
  const pid = Number(execFileSync("pgrep", ["-P", `${holder.pid}`], { encoding: "utf8" }).trim());
  running.push({ stop: () => (process.kill(pid, "SIGKILL"), gone) });
  return pid;
}

/** Runs a line of TypeScript with this package as another user, and gives what it printed. */
function asNobody(expression: string): unknown {
  const script = `import * as jvm from ${JSON.stringify(new URL("../index.ts", import.meta.url).href)};
    const answer = await (async () => ${expression})().catch((error) => ({ code: error.code, detail: error.detail }));
    console.log(JSON.stringify(answer));`;
  const args = [...AS_NOBODY.slice(1), process.execPath, "--input-type=module", "-e", script];
  return JSON.parse(execFileSync(AS_NOBODY[0]!, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }));
}

describe.each(jdks)("attaching to JDK $major", { timeout: 60_000 }, (jdk) => {
  it("wakes the listener, leaves no trigger file behind, and speaks the newest version the JVM does", async () => {
    const java = await keeper({ jdk });
    expect((await attach(java.pid, "jcmd", ["VM.version"])).code).toBe(0);
    const left = await readdir(`/proc/${java.pid}/cwd`);
    expect(left.filter((name) => name === `.attach_pid${java.pid}`)).toEqual([]);
    // Longer than version 1 can carry: only a JVM that offers version 2 gets it.
    const long = attach(java.pid, "jcmd", [`VM.version${" ".repeat(2000)}`]);
    if (jdk.major >= 24) expect((await long).text).toContain(" version ");
    else await expect(long).rejects.toThrow(RangeError);
  });

  it("wakes it again when a cleaner has removed its socket", async () => {
    const java = await keeper({ jdk });
    await vmVersion(java.pid);
    await rm(`/tmp/.java_pid${java.pid}`);
    expect((await vmVersion(java.pid)).vm).toContain("VM version");
  });

  it("answers many requests at once, one after the other", async () => {
    const java = await keeper({ jdk });
    const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => (i % 2 ? heapInfo(java.pid) : classHistogram(java.pid, "all"))));
    expect(answers).toHaveLength(8);
  });

  it("says that a command is not known", async () => {
    const java = await keeper({ jdk });
    const { jcmd } = await import("../jcmd/command.ts");
    await expect(jcmd(java.pid, "No.such", () => null)).rejects.toMatchObject({
      code: "JVM_COMMAND_UNKNOWN",
      detail: { command: "No.such" },
    });
  });

  it("sends no signal to a JVM that would not understand it", async () => {
    const java = await keeper({ jdk, options: ["-XX:+DisableAttachMechanism"] });
    const printed: string[] = [];
    java.process.stdout!.on("data", (chunk: Buffer) => printed.push(chunk.toString()));
    await expect(vmVersion(java.pid)).rejects.toMatchObject({ code: "ATTACH_DISABLED" });
    expect((await describeJvm(java.pid)).attach).toMatchObject({ ok: false, code: "ATTACH_DISABLED" });
    expect(printed.join("")).not.toContain("thread dump");
  });

  it("sees that attaching is disabled by JAVA_TOOL_OPTIONS too", async () => {
    const java = await keeper({ jdk, environment: { JAVA_TOOL_OPTIONS: "-XX:+DisableAttachMechanism" } });
    await expect(vmVersion(java.pid)).rejects.toMatchObject({ code: "ATTACH_DISABLED" });
  });

  it("does not kill a JVM that runs with -Xrs, and has its socket from the start", async () => {
    const java = await keeper({ jdk, options: ["-Xrs"] });
    expect((await describeJvm(java.pid)).attach).toEqual({ ok: true });
    expect((await vmVersion(java.pid)).vm).toContain("VM version");
    await rm(`/tmp/.java_pid${java.pid}`);
    await expect(vmVersion(java.pid)).rejects.toMatchObject({ code: "ATTACH_NO_SIGNAL" });
    expect((await readProc(java.pid)).threads).toBeGreaterThan(1);
  });

  it("finds main class, heap and limit of a JVM that publishes no counters", async () => {
    const java = await keeper({ jdk, options: ["-XX:-UsePerfData"] });
    await expect(readPerfData(java.pid)).rejects.toMatchObject({
      code: "PERFDATA_OFF",
      detail: { cause: expect.stringContaining("-XX:-UsePerfData") },
    });
    expect(await describeJvm(java.pid)).toMatchObject({
      mainClass: "Keeper",
      heapUsed: null,
      attach: { ok: true },
      counters: { ok: false, code: "PERFDATA_OFF" },
    });
    expect((await readLimits(java.pid)).heap?.value).toBe(64 * 2 ** 20);
    expect((await classHistogram(java.pid, "live")).pauseFrom).toBe("round-trip");
  });

  it("reads the counters of a JVM whose file a cleaner has removed", async ({ skip }) => {
    skip(!isRoot, "only root may read what was removed");
    const java = await keeper({ jdk });
    const name = execFileSync("id", ["-un"], { encoding: "utf8" }).trim();
    await rm(`/tmp/hsperfdata_${name}/${java.pid}`);
    expect((await readPerfData(java.pid)).values.get("java.threads.live")).toBeGreaterThan(3);
  });

  it("gives up on a JVM that is stopped, and works again when it goes on", async () => {
    const java = await keeper({ jdk });
    await vmVersion(java.pid);
    java.process.kill("SIGSTOP");
    await expect(vmVersion(java.pid, { timeout: 300 })).rejects.toMatchObject({ code: "ATTACH_TIMEOUT", detail: { waited: 300 } });
    await expect(vmVersion(java.pid, { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
    java.process.kill("SIGCONT");
    expect((await vmVersion(java.pid)).vm).toContain("VM version");
  });

  it("says that a JVM ended in the middle of its answer", async () => {
    const java = await keeper({ jdk });
    await vmVersion(java.pid);
    java.process.kill("SIGSTOP");
    const answer = classHistogram(java.pid, "live", { timeout: 20_000 });
    const expectation = expect(answer).rejects.toMatchObject({ code: expect.stringMatching(/^(JVM_VANISHED|NO_SUCH_PROCESS)$/) });
    setTimeout(() => java.process.kill("SIGKILL"), 200);
    await expectation;
  });

  it("attaches as root to a JVM of another user, and of another user namespace", async ({ skip }) => {
    skip(!isRoot, "only root may become another user");
    const plain = await keeper({ jdk, prefix: AS_NOBODY });
    expect((await vmVersion(plain.pid)).vm).toContain("VM version");
    const mapped = await keeper({ jdk, prefix: [...AS_NOBODY, "unshare", "--user", "--map-root-user"] });
    expect((await vmVersion(mapped.pid)).vm).toContain("VM version");
    expect(process.geteuid!()).toBe(0);
  });

  it("attaches to a JVM in a container: other pid, other /tmp, which may be full", async ({ skip }) => {
    skip(!isRoot, "only root may make namespaces");
    const pid = await contained(`${jdk.home}/bin/java`);
    expect(await describeJvm(pid)).toMatchObject({ pid, nsPid: 1, mainClass: "Keeper", counters: { ok: true }, attach: { ok: true } });
    const live = await classHistogram(pid, "live");
    expect(live.classes.instances[live.classes.names.indexOf("Keeper$Kept")]).toBe(5000);
    await expect(access(`/tmp/.java_pid1`)).rejects.toThrow("ENOENT");
    const forecast = await forecastHeapDump(pid);
    expect(() => requireRoom(pid, forecast)).toThrow(expect.objectContaining({ code: "HEAP_DUMP_NO_ROOM" }));
    await expect(heapDump(pid, { kind: "live" })).rejects.toMatchObject({ code: "JVM_DISK_FULL" });
    expect((await readdir(`/proc/${pid}/root/tmp`)).filter((name) => name.endsWith(".hprof"))).toEqual([]);
  });

  it("tells another user what to do", async ({ skip }) => {
    skip(!isRoot, "only root may become another user");
    const java = await keeper({ jdk });
    expect(asNobody(`jvm.vmVersion(${java.pid})`)).toEqual({
      code: "ATTACH_WRONG_USER",
      detail: { pid: java.pid, owner: "root", self: "nobody" },
    });
    expect(asNobody(`jvm.listDescriptors(${java.pid})`)).toMatchObject({ code: "PROCESS_HIDDEN" });
    expect(asNobody(`jvm.readPerfData(${java.pid})`)).toMatchObject({ code: "PROCESS_HIDDEN" });
    expect(asNobody(`jvm.readProc(${java.pid})`)).toMatchObject({ user: "root", descriptors: null });
    const seen = asNobody(`(await jvm.listJvms()).find((jvm) => jvm.pid === ${java.pid})`);
    expect(seen).toMatchObject({
      mainClass: "Keeper",
      attach: { ok: false, code: "ATTACH_WRONG_USER" },
      counters: { ok: false, code: "PROCESS_HIDDEN" },
    });
  });
});

describe("what is no JVM", () => {
  it("is told apart from what is no process", async () => {
    const sleep = command("sleep", "60");
    await expect(describeJvm(sleep.pid)).rejects.toMatchObject({ code: "NOT_A_JVM", detail: { command: "sleep" } });
    for (const look of [readPerfData, vmVersion]) await expect(look(sleep.pid)).rejects.toMatchObject({ code: "NOT_A_JVM" });
    expect((await listJvms()).map((jvm) => jvm.pid)).not.toContain(sleep.pid);
    expect(await stat(`/proc/${sleep.pid}`)).toBeTruthy();
    const gone = 2 ** 22 + 1;
    for (const look of [readPerfData, vmVersion, describeJvm, readProc, readLimits, listDescriptors]) {
      await expect(look(gone)).rejects.toMatchObject({ code: "NO_SUCH_PROCESS" });
    }
  });
});
