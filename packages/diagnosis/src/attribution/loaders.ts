import type { Holder, OldObject, Reference } from "@heaptide/model";
import { isFlink, isJdk, plainName } from "../growth/class-names.ts";
import type { Life } from "../life.ts";
import { threadPattern, vertexOfThread } from "./threads.ts";

/** A loader of user code, and the net that Flink puts around it. */
const USER_LOADER = /(ChildFirst|ParentFirst|SafetyNetWrapper|FlinkUserCode)\w*ClassLoader$/;

/**
 * What keeps class loaders whose jobs are gone: of the ways from sampled objects to their roots that lead through a loader, what comes right after it. Ways
 * that end in the task of a running job are its own right, and left out.
 */
export function loaderKeeper(life: Life): Keeper | null {
  const votes = new Map<string, { keeper: Keeper; votes: number }>();
  for (const object of life.allocations?.oldObjects ?? []) {
    const holder = keeperOf(object, life);
    if (!holder) continue;
    const known = votes.get(holder.description) ?? { keeper: keeperWith(holder, patternIn(object), life), votes: 0 };
    known.votes++;
    votes.set(holder.description, known);
  }
  const rank = ({ keeper }: { keeper: Keeper }) => (keeper.isFlinks ? 2 : keeper.isOfOne ? 1 : 0);
  return [...votes.values()].sort((a, b) => rank(a) - rank(b) || b.votes - a.votes)[0]?.keeper ?? null;
}

/** Threads that Flink runs for jobs, and ends with them: one of them is named only where nothing else keeps a loader. */
const FLINKS_THREADS = /^(SourceCoordinator-|OperatorCoordinator|jobmanager-|flink-|Flink |Source Data Fetcher|main$)/;

export interface Keeper {
  readonly holder: Holder;
  /** The pattern of the names of the threads at the root; null where the way ends elsewhere. */
  readonly threads: string | null;
  /** One of the threads that Flink runs for jobs: it keeps loaders for a while, and is hardly the cause. */
  readonly isFlinks: boolean;
  /** A thread that was started once: it keeps the loader of the job that was the first to need it, and no other. */
  readonly isOfOne: boolean;
}

function keeperWith(holder: Holder, threads: string | null, { allocations }: Life): Keeper {
  const starts = (allocations?.threadStarts ?? []).filter(({ thread }) => threadPattern(thread) === threads);
  return { holder, threads, isFlinks: FLINKS_THREADS.test(threads ?? ""), isOfOne: holder.kind === "thread" && starts.length === 1 };
}

const patternIn = (object: OldObject): string | null => {
  const thread = threadNameIn(object);
  return thread === null ? null : threadPattern(thread);
};

/** What Flink itself keeps of a job that runs, or is being cleaned up. */
const OF_RUNNING_JOB = /^org\.apache\.flink\.runtime\.(taskmanager\.Task$|execution\.librarycache\.|taskexecutor\.)/;

function keeperOf(object: OldObject, life: Life): Holder | null {
  if (object.chain.some((step) => OF_RUNNING_JOB.test(step.class))) return null;
  const loader = object.chain.findLastIndex((step) => USER_LOADER.test(plainName(step.class)));
  const thread = threadNameIn(object);
  if (thread !== null && isRunningTask(thread, life)) return null;
  // A class of the job is held as well as its loader is: it holds its loader.
  const start = loader >= 0 ? loader + 1 : object.chain.findIndex((step) => step.class === "java.lang.Class" && !step.static) + 1;
  if (start === 0) return null;
  const beyond = object.chain.slice(start);
  const first = beyond.findIndex((step) => step.static || isThreadLocal(step) || plainName(step.class) === "java.lang.Thread");
  // A thread that runs is a root itself: one that a static holds was never started, as hooks for the end are not.
  const step = beyond.slice(first).find((later) => later.static) ?? beyond[first];
  if (!step) return runningCode(object, thread);
  if (isThreadLocal(step))
    return holderOf("thread-local", "java.lang.ThreadLocal", null, `a thread local of the threads named ${patternOf(thread)}`);
  if (!step.static) {
    // A subclass of Thread is named by the chain; of a plain one the name tells more.
    return holderOf("thread", plainName(step.class), step.field, `threads named ${patternOf(thread)}`);
  }
  const owner = /Class Name: ([^\s,]+)/.exec(step.description ?? "")?.[1] ?? plainName(step.class);
  return holderOf("static", owner, step.field, `static field ${owner.slice(owner.lastIndexOf(".") + 1)}.${step.field}`);
}

/** A way that ends at a class, at the root of a thread: code of that class runs in it, so the class cannot go, nor its loader. */
function runningCode({ chain, root }: OldObject, thread: string | null): Holder | null {
  const last = chain.at(-1);
  const name = /Class Name: ([^\s,]+)/.exec(last?.description ?? "")?.[1];
  if (last?.class !== "java.lang.Class" || name === undefined || isJdk(name) || isFlink(name)) return null;
  if (thread === null && root?.system !== "Threads") return null;
  return holderOf(
    "thread",
    name,
    null,
    `${thread === null ? "a thread" : `threads named ${patternOf(thread)}`} that run${thread === null ? "s" : ""} ${name}`,
  );
}

const isThreadLocal = (step: Reference): boolean => step.class.startsWith("java.lang.ThreadLocal$ThreadLocalMap");

const patternOf = (thread: string | null): string => (thread === null ? "?" : threadPattern(thread));

function threadNameIn({ root, chain }: OldObject): string | null {
  const texts = [root?.description, ...chain.map((step) => step.description)];
  return texts.map((text) => /Thread Name: (.+?)(?:, |$)/.exec(text ?? "")?.[1]).find((name) => name !== undefined) ?? null;
}

function isRunningTask(thread: string, life: Life): boolean {
  return (
    vertexOfThread(
      thread,
      life.jobs.filter(({ endedAt }) => endedAt === null),
    ) !== null
  );
}

const holderOf = (kind: Holder["kind"], owner: string, field: string | null, description: string): Holder => ({
  kind,
  owner,
  field,
  collection: null,
  size: null,
  description,
});
