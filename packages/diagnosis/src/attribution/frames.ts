import type { Line, StackFrame } from "@heaptide/model";
import { fileOf, isFlink, isJdk, packageOf } from "../growth/class-names.ts";
import type { Life } from "../life.ts";

/** Tells the code of whoever wrote the job or the program from libraries, Flink and the JDK. */
export interface UserCode {
  isUser(frame: StackFrame): boolean;
  isUserClass(name: string): boolean;
  /** False where neither a caller nor a main class told which packages are the user's: then everything that is no JDK and no Flink counts. */
  readonly known: boolean;
}

/** First two words of these name a place to publish, not an owner. */
const SHARED_NAMESPACES = new Set(["org.apache", "org.springframework", "com.google", "com.github", "io.github", "com.amazonaws"]);
const USER_LOADER = /(ChildFirst|ParentFirst)ClassLoader$/;

/**
 * User code is what Flink calls directly: the package of the outermost job class beneath a frame of Flink. In a plain JVM it is the package of
 * the main class; failing that, of the frames where threads enter.
 */
export function userCodeOf(life: Pick<Life, "incarnation" | "allocations">): UserCode {
  const stacks = life.allocations?.stacks ?? [];
  const hasUserLoader = stacks.some((stack) => stack.some((frame) => USER_LOADER.test(frame.loader ?? "")));
  const isCandidate = (frame: StackFrame) =>
    !isJdk(frame.class) && !isFlink(frame.class) && (!hasUserLoader || USER_LOADER.test(frame.loader ?? ""));

  const called = stacks.flatMap((stack) => entryClass(stack, isCandidate, (caller) => caller !== undefined && isFlink(caller.class)));
  const main = mainClassOf(life.incarnation.command);
  const entries = () => stacks.flatMap((stack) => entryClass(stack, isCandidate, () => true));
  const owners = called.length > 0 ? called : main && !isFlink(main) ? [main] : entries();
  const prefixes = [...new Set(owners.map((name) => ownerPrefix(packageOf(name))))];
  const isOwned = (name: string) =>
    prefixes.length === 0 ||
    prefixes.some((prefix) => packageOf(name) === prefix || (prefix !== "" && packageOf(name).startsWith(`${prefix}.`)));

  return {
    known: prefixes.length > 0,
    isUser: (frame) => isCandidate(frame) && isOwned(frame.class),
    isUserClass: (name) => !isJdk(name) && !isFlink(name) && isOwned(name),
  };
}

/** The class of the outermost candidate frame whose caller is accepted; none or one. Hidden frames are looked through. */
function entryClass(
  stack: readonly StackFrame[],
  isCandidate: (f: StackFrame) => boolean,
  accepts: (caller?: StackFrame) => boolean,
): string[] {
  const frames = stack.filter((frame) => !frame.hidden);
  for (let i = frames.length - 1; i >= 0; i--) {
    if (isCandidate(frames[i]!) && accepts(frames[i + 1])) return [frames[i]!.class];
  }
  return [];
}

/** `io.acme.jobs.venues` -> `io.acme`: what one owner's packages share. */
function ownerPrefix(name: string): string {
  const words = name.split(".");
  const owner = words.slice(0, 2).join(".");
  return SHARED_NAMESPACES.has(owner) ? words.slice(0, 3).join(".") : owner;
}

/** From a command line (`java -cp x a.Main args`) or from what the JVM says of itself (`a.Main args`); null for a jar. */
export function mainClassOf(command: string): string | null {
  const words = command.split(/\s+/).filter((word) => word !== "");
  const takesValue = new Set(["-cp", "-classpath", "--class-path", "-p", "--module-path", "--add-modules", "--add-opens", "--add-exports"]);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (takesValue.has(word)) i++;
    else if (word === "-jar") return null;
    else if (word.startsWith("-") || word.startsWith("@") || /(^|\/)java$/.test(word)) continue;
    else return word.endsWith(".jar") || word.includes("/") ? null : word;
  }
  return null;
}

/**
 * Index of the frame of user code nearest to the allocation, -1 for none. Constructors are passed over, or the leaked class's own would be named;
 * so are hidden frames and frames without a line.
 */
export function userFrame(stack: readonly StackFrame[], userCode: UserCode): number {
  const isNamed = (frame: StackFrame) => !frame.hidden && frame.line > 0 && !frame.class.includes("$$Lambda") && userCode.isUser(frame);
  const index = stack.findIndex((frame) => isNamed(frame) && frame.method !== "<init>" && frame.method !== "<clinit>");
  return index >= 0 ? index : stack.findLastIndex(isNamed);
}

export function lineOf(frame: StackFrame): Line {
  return { class: frame.class, method: frame.method, file: fileOf(frame.class), line: frame.line };
}

/** The operator's place in its chain: each hand-over to the next operator is one call of `pushToOperator` outside of the frame. 0 is the head. */
export function chainPosition(stack: readonly StackFrame[], userFrameIndex: number): number {
  return stack.slice(userFrameIndex + 1).filter((frame) => frame.method === "pushToOperator" && isFlink(frame.class)).length;
}

/**
 * What Flink calls with each checkpoint, in its own tasks and by the interfaces that jobs implement: `CheckpointedFunction`, `CheckpointListener`, writers and committers
 * of sinks.
 */
const CHECKPOINT_METHODS =
  /^(performCheckpoint|checkpointState|snapshotState|notifyCheckpoint(Complete|Aborted|Subsumed)|prepareSnapshotPreBarrier|prepareCommit|commit)$/;

/** Whether the frames from the user's outwards run with a checkpoint. */
export const runsInCheckpoint = (stack: readonly StackFrame[], userFrameIndex: number): boolean =>
  stack.slice(userFrameIndex).some((frame) => isFlink(frame.class) && isOfCheckpoint(frame.method));

export const isOfCheckpoint = (method: string): boolean => CHECKPOINT_METHODS.test(method);
