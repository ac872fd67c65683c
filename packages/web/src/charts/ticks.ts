/** Steps of a time axis that people read at once, milliseconds. */
const TIME_STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 1_209_600, 2_592_000,
].map((seconds) => seconds * 1000);

/** @param most labels that have room. @returns times at round local times */
export function timeTicks(from: number, to: number, most: number): { readonly at: number[]; readonly step: number } {
  const step = TIME_STEPS.find((candidate) => (to - from) / candidate <= most) ?? TIME_STEPS.at(-1)!;
  const offset = new Date(from).getTimezoneOffset() * 60_000;
  const first = Math.ceil((from - offset) / step) * step + offset;
  return { at: Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, i) => first + i * step), step };
}

const two = (value: number): string => String(value).padStart(2, "0");

/** As much of the time as the step tells apart. */
export function tickLabel(at: number, step: number): string {
  const time = new Date(at);
  const isMidnight = time.getHours() === 0 && time.getMinutes() === 0 && time.getSeconds() === 0;
  if (step >= 86_400_000 || isMidnight) return `${time.toLocaleDateString("en", { month: "short" })} ${time.getDate()}`;
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  return step < 60_000 ? `${clock}:${two(time.getSeconds())}` : clock;
}

/** Round values of a size axis: 1, 2 or 5 times a power of two or ten. */
export function valueTicks(top: number, most: number, binary: boolean): number[] {
  if (!(top > 0)) return [];
  const base = binary ? 1024 ** Math.floor(Math.log(top) / Math.log(1024)) : 1;
  const scaled = top / base;
  const rough = scaled / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => scaled / candidate <= most)!;
  return Array.from({ length: Math.floor(scaled / step) }, (_, i) => (i + 1) * step * base);
}
