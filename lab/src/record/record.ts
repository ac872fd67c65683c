import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { seconds } from "@heaptide/base";
import type { LocalCluster } from "@heaptide/flink";
import type { Diagnosis } from "@heaptide/model";
import { watchHeaptide } from "@heaptide/server";
import { openStore, SessionWriter } from "@heaptide/store";
import { type Run, runName } from "../run.ts";
import type { Load, Scenario } from "../scenario.ts";
import { startLabCluster } from "./cluster.ts";
import { Play } from "./play.ts";
import { startService } from "./service.ts";

export interface RecordOptions {
  readonly load: Load;
  readonly seed: number;
  /** Folder of the session. */
  readonly out: string;
  readonly signal: AbortSignal;
  readonly progress: (said: string) => void;
}

export interface Recorded {
  readonly run: Run;
  /** Path of the session. */
  readonly file: string;
  /** What the engine of today made of it at the end. */
  readonly diagnosis: Diagnosis;
}

/** As `heaptide record` has it. */
const HISTOGRAM_EVERY = seconds(5);
/** More than a user's: what is recorded is to tell what a diagnosis makes of it, and a busy machine makes every pause several times as long. */
const BUDGET = { share: 0.05, longest: seconds(3) };
const TICK = seconds(1);
/** Watched on after the TaskManager's death, so that the loss is in the session. */
const AFTER_DEATH = seconds(15);

/**
 * Starts a cluster, plays the scenario on it, watches it as a user would, and writes the session with what is known of the run. A session of the same
 * name is replaced once the new one is whole.
 */
export async function record(scenario: Scenario, { load, seed, out, signal, progress }: RecordOptions): Promise<Recorded> {
  const name = runName({ scenario: scenario.name, load, seed });
  const [unfinished, file] = [join(out, `${name}.heaptide.unfinished`), join(out, `${name}.heaptide`)];
  await rm(unfinished, { force: true });
  await using service = await startService();
  await using lab = await startLabCluster(scenario.cluster, signal);
  const { cluster } = lab;
  const notes = { scenario: scenario.name, load, seed: String(seed) };
  const session = await SessionWriter.create(unfinished, { recordedFrom: Date.now(), notes });
  const watch = await watchCluster(cluster, session);
  try {
    const began = new Date();
    const playing = AbortSignal.any([signal, watch.ending.signal]);
    const play = new Play({ scenario, load, seed, cluster, service: service.url, signal: playing });
    const died = await attend(scenario, play, cluster, signal, (elapsed) =>
      progress(`${name} · ${elapsed} of ${scenario.seconds} s · ${watch.verdict()}`),
    );
    const diagnosis = await watch.end();
    const run: Run = {
      scenario: scenario.name,
      load,
      seed,
      began: began.toISOString(),
      ended: new Date().toISOString(),
      flink: cluster.version,
      steps: play.done.map((at) => at.toISOString()),
      died: died?.toISOString() ?? null,
    };
    await session.close();
    await rename(unfinished, file);
    await writeFile(join(out, `${name}.json`), `${JSON.stringify(run, undefined, 2)}\n`);
    return { run, file, diagnosis };
  } catch (error) {
    await session.close();
    throw error;
  } finally {
    watch.ending.abort();
    await rm(unfinished, { force: true });
  }
}

/** Watches with a live diagnosis, as the dumps of recordings depend on what is suspected. */
async function watchCluster(cluster: LocalCluster, session: SessionWriter) {
  const store = await openStore(":memory:");
  const ending = new AbortController();
  const watching = await watchHeaptide({
    store,
    targets: [{ kind: "flink", url: cluster.restUrl }],
    histogramEvery: HISTOGRAM_EVERY,
    budget: BUDGET,
    signal: ending.signal,
    record: { append: (observations) => session.append([...observations], Date.now()) },
  });
  return {
    ending,
    verdict: () => watching.diagnosis.latest?.verdict ?? "looking",
    async end(): Promise<Diagnosis> {
      ending.abort();
      await watching.ended;
      const diagnosis = await watching.diagnosis.evaluate();
      await store.close();
      return diagnosis;
    },
  };
}

/** Until the scenario is over or its TaskManager dead. @returns when it died */
async function attend(
  { seconds: length }: Scenario,
  play: Play,
  cluster: LocalCluster,
  signal: AbortSignal,
  onTick: (elapsed: number) => void,
): Promise<Date | null> {
  const played = play.run();
  // Settles only by a step's failure, which ends the run at once.
  const failed = played.then(() => new Promise<never>(() => undefined));
  const began = Date.now();
  const started = cluster.taskManagers.length;
  while (Date.now() - began < length * 1000) {
    await Promise.race([pause(TICK, undefined, { signal }), failed]);
    if (cluster.taskManagers.length < started && play.isQuiet) {
      const died = new Date();
      await pause(AFTER_DEATH, undefined, { signal });
      return died;
    }
    onTick(Math.round((Date.now() - began) / 1000));
  }
  await played;
  return null;
}
