import { HeaptideError } from "@heaptide/base";
import { describe, expect, it } from "vitest";
import { type Command, type CommandEntry, defineCommand } from "./command.ts";
import { choice, count, duration, flag, pidArgument } from "./options.ts";
import { quietContext } from "./context.test-builders.ts";
import { run } from "./run.ts";

const echo = defineCommand({
  description: "Gives back its options.",
  options: {
    pid: pidArgument(),
    untilDeath: flag("waits for the end"),
    top: count("n", "rows", 10),
    every: duration("between two"),
    kind: choice(["live", "all"], "which", "live"),
  },
  examples: [{ line: "heaptide echo 1", says: "an example" }],
  run: async (_context, options) => ({ type: "echo" as const, options }),
  format: ({ options }) => `pid ${options.pid}`,
  exitCode: ({ options }) => (options.untilDeath ? 1 : 0),
});

function entry(command: Command, name = "echo"): CommandEntry {
  return { name, summary: "what it does in a line", load: async () => ({ command }) };
}

function failing(error: unknown): CommandEntry {
  const command = defineCommand({ description: "", options: {}, examples: [], run: () => Promise.reject(error), format: () => "" });
  return entry(command, "fail");
}

function runWith(
  line: string,
  entries: readonly CommandEntry[] = [entry(echo)],
  { signal = new AbortController().signal, variables = {} }: { signal?: AbortSignal; variables?: Record<string, string> } = {},
) {
  return run(line.split(" ").filter(Boolean), quietContext({ variables, signal }), "1.2.3", entries);
}

describe("run", () => {
  it("gives a command its options by name, parsed, and prints what its formatter makes of the result", async () => {
    expect(await runWith("echo 42")).toEqual({ exitCode: 0, output: "pid 42", complaint: "" });
    const { output, exitCode } = await runWith("echo 42 --until-death --top 3 --every 90s --kind all --json");
    expect(JSON.parse(output)).toEqual({ type: "echo", options: { pid: 42, untilDeath: true, top: 3, every: 90_000, kind: "all" } });
    expect(exitCode).toBe(1);
  });

  it.each([
    ["echo 42 --top many", "INVALID_OPTION", "--top"],
    ["echo abc", "INVALID_OPTION", "<pid>"],
    ["echo 42 --kind both", "INVALID_OPTION", "one of live, all"],
    ["echo", "INVALID_COMMAND", "missing required argument"],
    ["echo 42 --tpo 3", "INVALID_COMMAND", "--top"],
    ["ecko 42", "INVALID_COMMAND", '"echo"'],
  ])("refuses %j with exit code 2, the code and what is wrong", async (line, code, said) => {
    const { exitCode, output, complaint } = await runWith(line);
    expect(exitCode).toBe(2);
    expect(output).toBe("");
    expect(complaint).toContain(`[${code}]`);
    expect(complaint).toContain(said);
  });

  it("prints an expected failure with its cause and the next step, as JSON too where JSON was asked for", async () => {
    const error = new HeaptideError("FLINK_UNREACHABLE", { url: "http://f", cause: "refused" }, { cause: new Error("socket closed") });
    const { exitCode, output, complaint } = await runWith("fail --json", [failing(error)]);
    expect(exitCode).toBe(2);
    expect(JSON.parse(output)).toEqual({ type: "error", code: "FLINK_UNREACHABLE", message: error.message, next: error.next });
    expect(complaint.split("\n")).toEqual([
      `heaptide: ${error.message} [FLINK_UNREACHABLE]`,
      "  cause: socket closed",
      `  next:  ${error.next}`,
    ]);
  });

  it("prints a bug with its stack and exits with 70", async () => {
    const { exitCode, complaint } = await runWith("fail", [failing(new TypeError("x is not a function"))]);
    expect(exitCode).toBe(70);
    expect(complaint).toMatch(/bug[^]*TypeError: x is not a function\n\s+at /);
  });

  it("says nothing more when it was interrupted", async () => {
    const stopping = new AbortController();
    stopping.abort("SIGTERM");
    expect(await runWith("fail", [failing(stopping.signal.reason)], stopping)).toEqual({ exitCode: 143, output: "", complaint: "" });
  });

  it("has help for all and for each, with examples, and a version", async () => {
    expect((await runWith("")).output).toContain("what it does in a line");
    expect((await runWith("--version")).output).toBe("1.2.3");
    const help = (await runWith("echo --help")).output;
    expect(help).toContain("--until-death");
    expect(help).toContain("heaptide echo 1");
    expect((await runWith("help echo")).output).toBe(help);
  });

  it("takes what a variable sets, but only for a command that runs unattended, and the command line goes before it", async () => {
    const variables = { HEAPTIDE_TOP: "4", HEAPTIDE_UNTIL_DEATH: "true" };
    const served = entry({ ...echo, configurable: true }, "served");
    const given = async (line: string) =>
      JSON.parse((await runWith(`${line} --json`, [entry(echo), served], { variables })).output).options;
    expect(await given("served 1")).toMatchObject({ top: 4, untilDeath: true });
    expect(await given("served 1 --top 5")).toMatchObject({ top: 5 });
    expect(await given("echo 1")).toMatchObject({ top: 10, untilDeath: false });
  });

  it("names the variable that holds a wrong value", async () => {
    const served = entry({ ...echo, configurable: true });
    const { complaint } = await runWith("echo 1", [served], { variables: { HEAPTIDE_TOP: "many" } });
    expect(complaint).toContain('--top is "many" (from the environment variable HEAPTIDE_TOP), but a whole number');
  });

  it("loads no command but the one that is asked for", async () => {
    const never: CommandEntry = { name: "never", summary: "", load: () => Promise.reject(new Error("loaded")) };
    expect((await runWith("echo 1", [entry(echo), never])).exitCode).toBe(0);
  });
});
