import { formatDuration } from "@heaptide/base";
import type { GapSeen, JobSeen, OperatorCount } from "@heaptide/model";
import { Flow } from "./flow.ts";

/** Judged less often than this, milliseconds, nobody was watching: the machine slept. */
const LONGEST_ABSENCE = 30_000;
/** Flink's prefix of the names of sources: what went through the operator behind tells of them. */
const SOURCE = "Source: ";

interface WatchedJob {
  seen: JobSeen["job"];
  /** Time of the last look at which Flink listed it as not ended. */
  aliveAt: number;
  /** By vertex and name of the operator. */
  readonly flows: Map<string, Flow>;
  gap: OpenGap | null;
}

interface OpenGap {
  readonly id: string;
  readonly from: number;
  readonly operator: string;
  readonly flow: Flow;
  /** "5.0 a second for 6 min". */
  readonly before: string;
  /** The time at which the count rose again; null while it stands. */
  to: number | null;
}

/**
 * Finds data gaps: a job that has not ended while nothing goes through one of its operators that had a steady flow. A TaskManager that does nothing but
 * collect garbage is such a case: its counters stand or are missing, and no request fails; a job that restarts again and again is another. So it is time
 * that tells, not counts.
 *
 * A job has one gap at a time, that of the standing operator nearest to its source. It is told when it begins and again when it is over: the
 * count rose, or the job ended. Silence counts only as long as Flink was seen to list the job; where Flink itself is silent, nothing is known.
 * A job that ended is forgotten. Counts are sums over subtasks: one that stands among others that go on is not seen.
 */
export class GapDetector {
  readonly #jobs = new Map<string, WatchedJob>();
  #over: GapSeen[] = [];
  #watchingSince = Number.NEGATIVE_INFINITY;
  #judgedAt = Number.NEGATIVE_INFINITY;

  /** All jobs that a look saw at a time, milliseconds since the epoch; one that is not among them is over. */
  noteJobs(at: number, jobs: readonly JobSeen[]): void {
    const alive = new Map(jobs.filter(({ job }) => job.endedAt === null).map(({ job }) => [job.id, job]));
    for (const [id, watched] of this.#jobs) {
      if (alive.has(id)) continue;
      if (watched.gap) {
        const end = jobs.find(({ job }) => job.id === id)?.job.endedAt ?? at;
        this.#over.push(gapSeen(at, watched, { ...watched.gap, to: watched.gap.to ?? end }));
      }
      this.#jobs.delete(id);
    }
    for (const [id, job] of alive) {
      const watched = this.#jobs.get(id) ?? { seen: job, aliveAt: at, flows: new Map<string, Flow>(), gap: null };
      this.#jobs.set(id, watched);
      watched.seen = job;
      watched.aliveAt = at;
      if (job.state !== "RUNNING") for (const flow of watched.flows.values()) flow.interrupt();
    }
  }

  noteCounts(counts: readonly OperatorCount[]): void {
    for (const { job, vertex, operator, counter, at, value } of counts) {
      const watched = this.#jobs.get(job);
      if (watched === undefined || counter !== "records-in" || operator.startsWith(SOURCE)) continue;
      const key = keyOf(vertex, operator);
      const flow = watched.flows.get(key) ?? new Flow();
      watched.flows.set(key, flow);
      const rose = flow.see(at, value);
      if (rose && watched.gap?.flow === flow) watched.gap.to ??= at;
    }
  }

  /** Gaps that began or ended since the last call. To be called every few seconds, whatever the looks gave. */
  judge(now: number): GapSeen[] {
    if (now - this.#judgedAt > LONGEST_ABSENCE) this.#watchingSince = now;
    this.#judgedAt = now;
    const told = this.#over;
    this.#over = [];
    for (const watched of this.#jobs.values()) {
      const { gap } = watched;
      if (gap === null) {
        watched.gap = this.#gapIn(watched, now);
        if (watched.gap) told.push(gapSeen(now, watched, watched.gap));
      } else if (gap.to !== null) {
        told.push(gapSeen(now, watched, gap));
        watched.gap = null;
      }
    }
    return told;
  }

  #gapIn({ seen, aliveAt, flows }: WatchedJob, now: number): OpenGap | null {
    const silentUntil = Math.min(now, aliveAt);
    // Flink lists vertices and operators in the order in which data passes them.
    for (const { vertex, name } of seen.operators) {
      const flow = flows.get(keyOf(vertex, name));
      if (!flow?.isSteady) continue;
      if (silentUntil - Math.max(flow.lastRise, this.#watchingSince) <= flow.patience) continue;
      const from = flow.lastRise;
      const before = `${rateText(flow.perSecond)} a second for ${formatDuration(flow.duration)}`;
      return { id: `gap:${seen.id}:${from}`, from, operator: name, flow, before, to: null };
    }
    return null;
  }
}

const keyOf = (vertex: string, operator: string): string => `${vertex}/${operator}`;

function gapSeen(at: number, { seen }: WatchedJob, { id, from, to, operator, before }: OpenGap): GapSeen {
  const time = to === null ? `since ${clockTime(from)}` : `from ${clockTime(from)} to ${clockTime(to)}`;
  const state = to === null ? `while Flink says ${seen.state}` : "while the job had not ended";
  const title = `${seen.name}: no element through ${operator} ${time} UTC, after ${before}, ${state}`;
  return { type: "gap", at, id, from, to, job: seen.id, title };
}

const rateText = (rate: number): string => rate.toFixed(rate >= 100 ? 0 : rate >= 1 ? 1 : 2);

/** `14:15:02`, UTC. */
const clockTime = (at: number): string => new Date(at).toISOString().slice(11, 19);
