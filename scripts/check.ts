import { runStaticChecks, runVitest } from "./static-checks.ts";

/** `npm run check`: everything that needs neither a cluster nor the Java modules, in about a minute. */
const failed = runStaticChecks();
const tests = runVitest(["--project", "unit", ...process.argv.slice(2)]);
process.exitCode = failed.length > 0 ? 1 : tests;
