import type { DemoResult } from "../commands/demo.ts";

/** The chapters stand on the board already; this is what remains to be said. */
export function formatDemo(result: DemoResult): string {
  const failed = result.chapters.filter((chapter) => !chapter.ok).map((chapter) => chapter.name);
  const looking = result.finding?.evidence.length ?? 0;
  if (failed.length > 0) return `\n  Not told to the end: ${failed.join(", ")}.`;
  return `\n  The whole story held: ${looking} pieces of evidence, and the proof of the fix.`;
}
