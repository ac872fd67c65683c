import { APP_LOADER, frame, history } from "@heaptide/testkit";
import type { StackFrame } from "@heaptide/model";
import { describe, expect, it } from "vitest";
import { livesOf } from "../life.ts";
import { chainPosition, lineOf, mainClassOf, userCodeOf, userFrame } from "./frames.ts";

const FLINK = frame("org.apache.flink.streaming.api.operators.StreamMap.processElement", 38);
const HOP = frame("org.apache.flink.streaming.runtime.tasks.CopyingChainingOutput.pushToOperator", 75);

function codeOf(stacks: StackFrame[][], command = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner") {
  const life = livesOf(history({ seconds: 10, command }))[0]!;
  const allocations = { type: "allocations" as const, at: 0, incarnation: "", recordingFrom: 0, stacks, oldObjects: [], threadStarts: [] };
  return userCodeOf({ ...life, allocations });
}

describe("user code", () => {
  const library = frame("org.lib.Client.open", 9);
  const user = frame("com.acme.jobs.Enrich.map", 17);

  it("is what Flink calls directly, not a library in the same jar", () => {
    const code = codeOf([[library, user, FLINK]]);
    expect([code.isUser(user), code.isUser(library)]).toEqual([true, false]);
  });

  it("includes the owner's other packages", () => {
    const code = codeOf([[library, user, FLINK]]);
    expect(code.isUser(frame("com.acme.web.Clients.create", 3))).toBe(true);
  });

  it("excludes connectors of Flink that come with the jar", () => {
    const connector = frame("org.apache.flink.connector.kafka.Reader.poll", 3, "org.apache.flink.util.ChildFirstClassLoader");
    expect(codeOf([[connector, FLINK]]).isUser(connector)).toBe(false);
  });

  it("is the main class's in a plain JVM", () => {
    const own = frame("com.shop.Main.main", 9, APP_LOADER);
    const code = codeOf([[frame("org.lib.Client.open", 9, APP_LOADER), own]], "java -cp a.jar com.shop.Main");
    expect([code.isUser(own), code.isUser(frame("org.lib.Client.open", 9, APP_LOADER))]).toEqual([true, false]);
  });
});

describe("the culprit frame", () => {
  it("is no constructor, no hidden frame and none without a line", () => {
    const stack = [
      frame("com.acme.jobs.Session.<init>", 5),
      frame("com.acme.jobs.Enrich$$Lambda/0x1.apply", 1),
      frame("com.acme.jobs.Enrich.create", -1),
      frame("com.acme.jobs.Enrich.map", 17),
      FLINK,
    ];
    const index = userFrame(stack, codeOf([stack]));
    expect(lineOf(stack[index]!)).toEqual({ class: "com.acme.jobs.Enrich", method: "map", file: "Enrich.java", line: 17 });
  });

  it("stands in the chain where the hand-overs say", () => {
    const stack = [frame("com.acme.jobs.Enrich.map", 17), FLINK, HOP, FLINK, HOP];
    expect(chainPosition(stack, 0)).toBe(2);
  });
});

describe("mainClassOf", () => {
  it.each([
    ["/usr/bin/java -Xmx64m -cp a.jar:b.jar com.shop.Main --port 80", "com.shop.Main"],
    ["com.shop.Main --port 80", "com.shop.Main"],
    ["java -jar app.jar", null],
    ["", null],
  ])("reads %j", (command, expected) => expect(mainClassOf(command)).toBe(expected));
});
