import { setTimeout as pause } from "node:timers/promises";
import { type Millis, millis, seconds } from "@heaptide/base";
import type { Diagnosis, Finding, Verification } from "@heaptide/model";
import type { Board } from "./board.ts";
import { clockTime, DIAGNOSIS_CHAPTERS, findingOf, gap, healthy, type Teller, type Told, verified } from "./chapters.ts";
import type { Stage } from "./stage.ts";

/** One chapter as it ended. `seconds`: from when it was begun; the chapters of the diagnosis all begin with the leaking deployment. */
export interface ChapterOutcome extends Told {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
}

export interface StoryOutcome {
  readonly chapters: readonly ChapterOutcome[];
  /** As it stood when the last chapter of the diagnosis was told. */
  readonly finding: Finding | null;
  readonly verification: Verification | null;
}

/** How long a chapter may take before it is told as failed. */
const PATIENCE = { baseline: seconds(240), diagnosis: seconds(240), gap: seconds(1800), verification: seconds(480) } as const;
const POLL = millis(500);
const DIAGNOSIS_NAMES = DIAGNOSIS_CHAPTERS.map((chapter) => chapter.name);

/**
 * The story from the healthy base line to the proof of the fix. A chapter that does not come to its end in time is told as failed, and the
 * story goes on, so that the reader sees which part of it holds.
 *
 * @throws what the stage throws when Flink or Heaptide itself fails, and the signal's reason when cancelled.
 */
export async function playStory(stage: Stage, board: Board, options: { untilDeath: boolean; signal: AbortSignal }): Promise<StoryOutcome> {
  const story = new Story(stage, board, options.signal);
  board.announce(["baseline", "change", ...(options.untilDeath ? ["gap"] : []), ...DIAGNOSIS_NAMES, "fix", "verified"]);

  await story.act("baseline", "deploys the fixed job", async () => {
    await stage.deploy("shared");
    return story.until(healthy(stage.process), PATIENCE.baseline);
  });
  await story.act("change", "redeploys with a client per call", async () =>
    redeployed(await stage.deploy("per-call"), "one HTTP client per call"),
  );
  if (options.untilDeath) {
    await story.act("gap", "lets the TaskManager run out", () => story.until(gap(stage.process), PATIENCE.gap));
  }
  const finding = await story.diagnosis();
  if (options.untilDeath) await stage.restartTaskManager();

  await story.act("fix", "redeploys with one client per task", async () =>
    redeployed(await stage.deploy("shared"), "one HTTP client per task"),
  );
  await story.act("verified", "compares growth before and after", () => story.until(verified(stage.process), PATIENCE.verification));
  const verification = (await story.finding())?.verification ?? null;
  // Where the proof did not come, it says itself what it still needs.
  if (verification !== null && verification.verdict !== "verified") board.say(verification.statement);
  return { chapters: story.outcomes, finding, verification };
}

function redeployed(deployment: { name: string; at: number }, detail: string): Told {
  return { fact: `${deployment.name} redeployed at ${clockTime(new Date(deployment.at).toISOString())}`, detail };
}

/** Keeps the chapters' outcomes while they are told on the board. */
class Story {
  readonly outcomes: ChapterOutcome[] = [];
  readonly #stage: Stage;
  readonly #board: Board;
  readonly #signal: AbortSignal;

  constructor(stage: Stage, board: Board, signal: AbortSignal) {
    this.#stage = stage;
    this.#board = board;
    this.#signal = signal;
  }

  /** One chapter: what is done, and what is told of it; nothing told is a failure. */
  async act(name: string, expectation: string, perform: () => Promise<Told | undefined>): Promise<void> {
    this.#board.start(name, { fact: expectation, detail: "" });
    const began = performance.now();
    this.#end(name, began, await perform(), expectation);
  }

  /** Asks until the teller has something to tell. @returns `undefined` when the patience is at its end. */
  async until(tell: Teller, patience: Millis): Promise<Told | undefined> {
    for await (const diagnosis of this.#diagnoses(patience)) {
      const told = tell(diagnosis);
      if (told !== undefined) return told;
    }
    return undefined;
  }

  /** All chapters of the diagnosis at once: the evidence comes in whatever order it likes. @returns the finding as it then stood. */
  async diagnosis(): Promise<Finding | null> {
    const began = performance.now();
    for (const name of DIAGNOSIS_NAMES) this.#board.start(name, { fact: "", detail: "" });
    const open = new Set(DIAGNOSIS_CHAPTERS);
    let finding: Finding | undefined;
    for await (const diagnosis of this.#diagnoses(PATIENCE.diagnosis)) {
      finding = findingOf(diagnosis, this.#stage.process);
      // Until it is sure, something else that still warms up may stand in front of it.
      if (finding?.verdict !== "leaking") continue;
      for (const chapter of open) {
        const told = chapter.tell(finding);
        if (told === undefined) continue;
        open.delete(chapter);
        this.#end(chapter.name, began, told, "");
      }
      if (open.size === 0) break;
    }
    for (const chapter of open) this.#end(chapter.name, began, undefined, "not known in time");
    if (finding !== undefined) this.#board.say(`${finding.verdict.toUpperCase()}  ${finding.headline}`);
    return finding ?? null;
  }

  async finding(): Promise<Finding | undefined> {
    return findingOf(await this.#stage.diagnosis(this.#signal), this.#stage.process);
  }

  async *#diagnoses(patience: Millis): AsyncGenerator<Diagnosis> {
    const deadline = performance.now() + patience;
    while (performance.now() < deadline) {
      this.#signal.throwIfAborted();
      yield await this.#stage.diagnosis(this.#signal);
      await pause(POLL, undefined, { signal: this.#signal });
    }
  }

  #end(name: string, began: number, told: Told | undefined, expectation: string): void {
    const outcome = {
      name,
      ok: told !== undefined,
      seconds: Math.round((performance.now() - began) / 100) / 10,
      ...(told ?? { fact: `failed: ${expectation}`, detail: "heaptide diagnose --why shows what is missing" }),
    };
    this.outcomes.push(outcome);
    this.#board.finish(outcome);
  }
}
