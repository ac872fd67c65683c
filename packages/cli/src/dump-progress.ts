import { formatBytes, formatDuration } from "@heaptide/base";
import type { Progress } from "@heaptide/hprof";

/** Milliseconds of a stage before anything is foretold. */
const SETTLED = 1000;

/**
 * Says how far a stage is, how fast it gets on and how long it will take: `heap.hprof: reading references 42 %, 812 MiB/s, 2 s left`. A stage is
 * told by itself: what comes after it depends on the heap.
 * @param size bytes of the dump, null where that is not known
 */
export function progressOf(
  file: string,
  size: number | null,
  say: (text: string) => void,
  now: () => number = () => performance.now(),
): (progress: Progress) => void {
  let [stage, since] = ["", 0];
  return (progress) => {
    if (progress.stage !== stage) [stage, since] = [progress.stage, now()];
    say(`${file}: ${stage}${amount(progress.done, size, now() - since)}`);
  };
}

function amount(done: number, size: number | null, elapsed: number): string {
  if (done <= 0) return "";
  const percent = ` ${Math.floor(done * 100)} %`;
  if (elapsed < SETTLED || done >= 1) return percent;
  const rate = size === null ? "" : `, ${formatBytes((size * done * 1000) / elapsed)}/s`;
  return `${percent}${rate}, ${formatDuration(Math.max(1000, (elapsed / done) * (1 - done)))} left`;
}
