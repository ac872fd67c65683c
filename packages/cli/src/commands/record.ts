import { seconds } from "@heaptide/base";
import type { Verdict } from "@heaptide/model";
import { SessionWriter } from "@heaptide/store";
import { defineCommand } from "../command.ts";
import { formatRecord } from "../format/record.ts";
import { duration, text } from "../options.ts";
import { BUDGET_OPTIONS, TARGET_OPTIONS, targetsOf } from "../targets.ts";
import { watchInPlace } from "../watch-in-place.ts";

export interface RecordResult {
  readonly type: "record";
  readonly file: string;
  /** Times, ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly verdict: Verdict;
}

export const command = defineCommand({
  description: `Watches like \`diagnose\`, for the whole time given, and writes everything that was observed to one file: to replay it, to attach it to a bug report, or as a test.
The file holds class names, log patterns with an example line each, command lines and job names; no data of the application itself.`,
  options: {
    ...TARGET_OPTIONS,
    for: duration("how long to watch", seconds(300)),
    every: duration("shortest time between two live class histograms", seconds(5)),
    ...BUDGET_OPTIONS,
    out: text("file", "the session to write; must not exist", "session.heaptide"),
  },
  examples: [
    {
      line: "heaptide record --flink http://127.0.0.1:8081 --for 5m --out leak.heaptide",
      says: "then: heaptide diagnose --session leak.heaptide",
    },
  ],
  async run({ progress, signal }, { for: time, every, budget: share, longestPause, out, ...named }): Promise<RecordResult> {
    const targets = await targetsOf(named);
    const session = await SessionWriter.create(out, { recordedFrom: Date.now(), notes: {} });
    try {
      const { diagnosis, store } = await watchInPlace({
        targets,
        budget: { share, longest: longestPause },
        time,
        every,
        progress,
        signal,
        record: { append: (observations) => session.append([...observations], Date.now()) },
        isEnough: () => false,
      });
      await store.close();
      return { type: "record", file: session.path, from: diagnosis.from, to: diagnosis.to, verdict: diagnosis.verdict };
    } finally {
      await session.close();
    }
  },
  format: formatRecord,
});
