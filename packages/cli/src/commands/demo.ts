import { once } from "node:events";
import type { Finding, Verification } from "@heaptide/model";
import { defineCommand } from "../command.ts";
import { liveBoard, plainBoard } from "../demo/board.ts";
import { type ChapterOutcome, playStory } from "../demo/script.ts";
import { setStage } from "../demo/stage.ts";
import { formatDemo } from "../format/demo.ts";
import { flag, text } from "../options.ts";

/** The whole story on real Flink, as it was measured. */
export interface DemoResult {
  readonly type: "demo";
  readonly chapters: readonly ChapterOutcome[];
  readonly finding: Finding | null;
  readonly verification: Verification | null;
}

export const command = defineCommand({
  description: `Starts a real Flink cluster on this machine, deploys a job of the data platform that ships with Heaptide, redeploys it with a leak, watches the
diagnosis come in, redeploys the fix, and waits for the proof. Everything listens on 127.0.0.1 and is gone when the demo ends.`,
  options: {
    once: flag("end with the story, instead of keeping the API up until Ctrl-C"),
    untilDeath: flag("let the TaskManager run out first; diagnose from what was recorded (10 minutes longer)"),
    heap: text("size", "-Xmx of the TaskManager", "320m"),
  },
  examples: [
    { line: "heaptide demo", says: "watch it, then look around in the API" },
    { line: "heaptide demo --once --json > story.json", says: "for scripts: one JSON document on stdout, exit code 1 if a chapter failed" },
    { line: "heaptide demo --until-death", says: "see the data gap first, as the story began" },
  ],
  async run(context, options): Promise<DemoResult> {
    const stream = context.json ? process.stderr : process.stdout;
    const board = stream.isTTY ? liveBoard(stream) : plainBoard(stream);
    await using stage = await setStage({ heap: options.heap, signal: context.signal, onProgress: (said) => context.progress.update(said) });
    context.progress.clear();
    board.title(`Heaptide demo · Flink ${stage.flinkVersion}, one TaskManager with ${options.heap} of heap · ${stage.heaptideUrl}`);
    try {
      const story = await playStory(stage, board, { untilDeath: options.untilDeath, signal: context.signal });
      if (!options.once && !context.json) {
        board.say(`Heaptide stays up at ${stage.heaptideUrl}, Flink at ${stage.flinkUrl}. Ctrl-C ends both.`);
        if (!context.signal.aborted) await once(context.signal, "abort");
      }
      return { type: "demo", ...story };
    } finally {
      board.close();
    }
  },
  format: formatDemo,
  exitCode: (result) => (result.chapters.every((chapter) => chapter.ok) ? 0 : 1),
});
