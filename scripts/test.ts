import { runStaticChecks, runVitest } from "./static-checks.ts";

/** `npm test`: all that `npm run check` does, then the tests on real Flink and the story end to end. Words are handed on to vitest. */
const words = process.argv.slice(2);
// Whoever names a test wants that test alone.
const failed = words.length === 0 ? runStaticChecks() : [];
if (failed.length > 0)
  console.log(`\nThe checks above failed (${failed.join(", ")}), and so will this run; the tests follow all the same.`);
const tests = runVitest(words);
process.exitCode = failed.length > 0 ? 1 : tests;
