import { formatDuration, HeaptideError, seconds } from "@heaptide/base";
import { Silence } from "@heaptide/model";
import { defineCommand } from "../command.ts";
import { duration, optionalText, text } from "../options.ts";
import { SERVER_OPTIONS, ServerClient } from "../server-client.ts";

export interface AlertSilenceResult {
  readonly type: "alert-silence";
  readonly server: string;
  readonly silence: Silence;
}

export const command = defineCommand({
  description:
    "No notifications for alarms whose labels have all the values named, for some time; the alarms are shown as before. Labels are those that `heaptide alert` " +
    "prints: alertname (the rule), severity, process, process_name, job, resource, incident. `*` stands for any text. --end takes a silence away.",
  options: {
    matchers: optionalText("label=value", "which alarms, with commas between: job=venue-enrichment, or alertname=gap,job=nightly-*"),
    for: duration("how long", seconds(7200)),
    comment: text("text", "why, for whoever wonders", ""),
    by: text("name", "who", ""),
    end: text("id", "end this silence now"),
    ...SERVER_OPTIONS,
  },
  examples: [
    { line: 'heaptide alert silence job=venue-enrichment --for 4h --comment "load test"', says: "a planned test" },
    { line: 'heaptide alert silence "alertname=gap,job=nightly-*" --for 30m', says: "one rule, some jobs" },
    { line: "heaptide alert silence --end 6c1f…", says: "end it early; the id is printed when it is made, and by heaptide alert" },
  ],
  async run({ environment, signal }, { server, matchers, for: length, comment, by, end }): Promise<AlertSilenceResult> {
    const client = new ServerClient(server, environment, signal);
    if (end !== undefined) {
      const silence = await client.delete(`/api/alerts/silences/${encodeURIComponent(end)}`, Silence);
      return { type: "alert-silence", server: client.url, silence };
    }
    const now = Date.now();
    const body = {
      from: new Date(now).toISOString(),
      to: new Date(now + length).toISOString(),
      matchers: matchersIn(matchers ?? ""),
      by: by || environment.variables["USER"] || "somebody",
      comment,
    };
    return { type: "alert-silence", server: client.url, silence: await client.post("/api/alerts/silences", body, Silence) };
  },
  format: ({ silence: { id, from, to, matchers } }) => {
    const what = Object.entries(matchers).map(([label, value]) => `${label}=${value}`);
    return `Silence ${id}: ${what.join(",")} until ${to} (${formatDuration(Math.max(0, Date.parse(to) - Date.parse(from)))}).`;
  },
});

/** @throws INVALID_OPTION */
function matchersIn(given: string): Record<string, string> {
  const found = given.split(",").map((pair) => /^\s*(\w+)=(.+)$/.exec(pair));
  if (!found.includes(null)) return Object.fromEntries(found.map((pair) => [pair![1]!, pair![2]!.trim()]));
  throw new HeaptideError("INVALID_OPTION", {
    option: "<label=value>",
    value: given,
    expected: "one label or more, such as job=venue-enrichment",
    source: "the command line",
  });
}
