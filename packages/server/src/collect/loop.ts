import { HeaptideError, isHeaptideError } from "@heaptide/base";
import type { ProbeState } from "@heaptide/model";
import type { Clock } from "./clock.ts";
import type { Probe, Sink } from "./probe.ts";

export interface LoopOptions {
  readonly clock: Clock;
  readonly sink: Sink;
  readonly signal: AbortSignal;
  /** A failure that is no expected one: a bug, to be logged with its stack. The loop goes on. */
  readonly onBug: (probe: Probe, error: unknown) => void;
}

/** However long a probe has failed, it tries again after a minute at the latest: a restarted cluster is seen without anybody's help. */
const LONGEST_BACK_OFF = 60_000;

/**
 * Looks again and again until the signal is aborted. One look is over before the next begins, so a probe never overlaps itself.
 *
 * A failure is an observation too: a probe state with code, cause and next step, once when it begins and once, without a code, when it is over. While
 * it lasts the interval doubles. Nothing but the signal ends the loop.
 */
export async function runProbe(probe: Probe, options: LoopOptions): Promise<void> {
  const { clock, sink, signal } = options;
  let failures = 0;
  let reported: string | null = null;
  while (!signal.aborted) {
    const failure = await lookOnce(probe, options);
    if (signal.aborted) break;
    failures = failure ? failures + 1 : 0;
    const report: string | null = failure && `${failure.code} ${failure.message}`;
    if (report !== reported) sink.append([stateOf(probe, failure, clock.now())]);
    reported = report;
    await clock.sleep(failure ? backOff(probe.interval(), failures) : probe.interval(), signal);
  }
  await endOf(probe, options);
}

const backOff = (interval: number, failures: number): number =>
  Math.max(interval, Math.min(LONGEST_BACK_OFF, interval * 2 ** Math.min(failures - 1, 10)));

async function lookOnce(probe: Probe, { sink, signal, onBug }: LoopOptions): Promise<HeaptideError | null> {
  try {
    sink.append(await probe.look(signal));
    return null;
  } catch (error) {
    if (isHeaptideError(error)) return error;
    if (!signal.aborted) onBug(probe, error);
    const cause = error instanceof Error ? error.message : String(error);
    return new HeaptideError("PROBE_FAILED", { probe: probe.name, cause }, { cause: error });
  }
}

async function endOf(probe: Probe, { onBug }: LoopOptions): Promise<void> {
  await probe.end?.().catch((error: unknown) => {
    if (!isHeaptideError(error)) onBug(probe, error);
  });
}

export function stateOf(probe: Pick<Probe, "name" | "incarnation">, failure: HeaptideError | null, at: number): ProbeState {
  return {
    type: "probe",
    at,
    incarnation: probe.incarnation,
    probe: probe.name,
    code: failure?.code ?? null,
    cause: failure?.message ?? null,
    next: failure?.next ?? null,
  };
}
