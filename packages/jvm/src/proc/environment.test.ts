import { compileJava, findJdks, startJava } from "@heaptide/testkit";
import { describe, expect, it } from "vitest";
import { maskedValue, readEnvironment } from "./environment.ts";

describe("the environment of a process", () => {
  it("is that of a real JVM, without its secrets", async () => {
    const jdk = findJdks()[0]!;
    const { classes, remove } = compileJava([jdk]);
    const environment = { FEATURE_VENUES: "on", DB_PASSWORD: "open-sesame", UPSTREAM: "https://ada:open-sesame@example.org/x" };
    const java = await startJava({ jdk, classes, main: "Keeper", environment });
    try {
      const read = await readEnvironment(java.pid);
      expect(read.get("FEATURE_VENUES")).toBe("on");
      expect(read.get("UPSTREAM")).toBe("https://ada:(masked)@example.org/x");
      expect([...read.values()].join("\n")).not.toContain("open-sesame");
    } finally {
      await java.stop();
      remove();
    }
  });

  it.each(["AWS_SECRET_ACCESS_KEY", "apiToken", "JDBC_URL", "SESSION_COOKIE"])("masks %s, and shows that it changed", (name) => {
    expect(maskedValue(name, "one")).toMatch(/^\(masked [0-9a-f]{3}\)$/);
    expect(maskedValue(name, "one")).toBe(maskedValue(name, "one"));
  });

  it("masks options within a value", () => {
    expect(maskedValue("JAVA_OPTS", "-Xmx1g -Ddb.password=abc --token=def -Dname=x")).toBe(
      "-Xmx1g -Ddb.password=(masked) --token=(masked) -Dname=x",
    );
  });
});
