import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readAlertSettings } from "./settings.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "heaptide-alerts-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function read(text: string, variables: Record<string, string> = {}) {
  const file = join(folder, "alerts.yaml");
  writeFileSync(file, text);
  return readAlertSettings(file, variables);
}

describe("the alerts file", () => {
  it("names channels of every kind, and changes the default rules", async () => {
    const { channels, rules } = await read(
      `
channels:
  - { name: hook, kind: webhook, url: "http://example.org/x", template: '{"text": "{{title}}"}' }
  - { name: slack, kind: slack, url: "https://hooks.example.org/\${SLACK}" }
  - { name: teams, kind: teams, url: "https://example.org/t" }
  - { name: discord, kind: discord, url: "https://example.org/d" }
  - { name: am, kind: alertmanager, url: "http://10.0.0.1:9093", allow-private: true }
  - { name: phone, kind: ntfy, topic: leaks }
  - { name: mail, kind: email, host: mail.example.org, from: a@example.org, to: [b@example.org], user: u, password: "\${MAIL}" }
rules:
  - { id: exhaustion, within: 24h, escalate-after: 30m, escalate-to: [phone] }
  - { id: gap, enabled: false }
  - { id: soon, when: exhaustion, within: 1h, channels: [phone] }
`,
      { SLACK: "s3cret", MAIL: "s3cret" },
    );
    expect(channels.map(({ kind }) => kind)).toEqual(["webhook", "slack", "teams", "discord", "alertmanager", "ntfy", "email"]);
    expect(channels.map(({ target }) => target).join(" ")).not.toContain("s3cret");
    expect(rules.find(({ id }) => id === "exhaustion")).toMatchObject({ within: 86_400_000, escalateAfter: 1_800_000, enabled: true });
    expect(rules.find(({ id }) => id === "gap")).toMatchObject({ enabled: false });
    expect(rules.find(({ id }) => id === "soon")).toMatchObject({ when: "exhaustion", within: 3_600_000, channels: ["phone"] });
  });

  it.each([
    ["channels: [{ name: a, kind: pigeon }]", /kind/],
    ["channels: [{ name: a, kind: slack, url: ftp://x }]", /url/],
    ["channels: [{ name: a, kind: slack, url: '${NOWHERE}' }]", /NOWHERE is not set/],
    ["rules: [{ id: leaking, channels: [nobody] }]", /no channel nobody/],
    ["rules: [{ id: other }]", /names no condition/],
    ["rules: [{ id: leaking, for: soon }]", /duration/],
    ["channels: [", /./],
    ["chanels: []", /chanels/],
  ])("refuses %s", async (text, problem) => {
    await expect(read(text)).rejects.toMatchObject({ code: "ALERTS_FILE_UNREADABLE", detail: { problem: expect.stringMatching(problem) } });
  });

  it("is named when it is not there", async () => {
    await expect(readAlertSettings(join(folder, "none.yaml"), {})).rejects.toMatchObject({ code: "ALERTS_FILE_UNREADABLE" });
  });
});
