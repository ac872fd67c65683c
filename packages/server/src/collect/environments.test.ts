import { describeJvm } from "@heaptide/jvm";
import { compileJava, findJdks, startJava } from "@heaptide/testkit";
import { expect, it } from "vitest";
import { Environments } from "./environments.ts";
import { localLife } from "./lives.ts";

const PROCESS = { key: "jvm", name: "Keeper", role: "jvm" } as const;

it("tells what a restarted JVM was started with that the life before it was not, secrets masked", async () => {
  const jdk = findJdks()[0]!;
  const { classes, remove } = compileJava([jdk]);
  const environments = new Environments();
  const live = async (environment: Record<string, string>, options: string[]) => {
    const java = await startJava({ jdk, classes, main: "Keeper", environment, options });
    try {
      await describeJvm(java.pid);
      return await environments.differenceOf(PROCESS, await localLife(java.pid, PROCESS.key, null));
    } finally {
      await java.stop();
    }
  };
  try {
    expect(await live({ FEATURE_VENUES: "off", API_TOKEN: "one-word" }, [])).toBeNull();
    expect(await live({ FEATURE_VENUES: "off", API_TOKEN: "one-word" }, [])).toBeNull();
    const change = await live({ FEATURE_VENUES: "on", API_TOKEN: "two-words" }, ["-XX:+UseSerialGC"]);
    expect(change).toMatchObject({
      kind: "configuration",
      process: "jvm",
      attributes: { FEATURE_VENUES: "off → on", API_TOKEN: expect.any(String) as string, "option -XX:+UseSerialGC": "added" },
    });
    expect(JSON.stringify(change)).not.toMatch(/one-word|two-words/);
  } finally {
    remove();
  }
});
