import { spawnSync } from "node:child_process";
import path from "node:path";

const ROOT = path.dirname(import.meta.dirname);

/** What is checked without running the product: each a program whose exit code says whether it passed. */
const CHECKS: readonly { readonly name: string; readonly words: readonly string[] }[] = [
  { name: "types", words: ["tsc", "-p", "."] },
  { name: "lint", words: ["oxlint"] },
  { name: "format", words: ["oxfmt", "--check", "."] },
  { name: "imports", words: ["node", "scripts/check-imports.ts"] },
  { name: "unused code", words: ["knip", "--no-progress"] },
  { name: "error page", words: ["node", "scripts/error-page.ts", "--check"] },
];

/** Runs them all, also after one failed, so that one run shows everything; prints only what failed. @returns the names of those. */
export function runStaticChecks(): readonly string[] {
  return CHECKS.filter(({ name, words }) => {
    const started = performance.now();
    const [program, ...rest] = words;
    const { status, stdout, stderr, error } = spawnSync(program!, rest, { cwd: ROOT, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
    const passed = status === 0;
    console.log(`${passed ? "✓" : "✗"} ${name.padEnd(12)} ${((performance.now() - started) / 1000).toFixed(1)} s`);
    if (!passed) console.log(`${stdout ?? ""}${stderr ?? ""}${error?.message ?? ""}`.trimEnd());
    return !passed;
  }).map(({ name }) => name);
}

/** Runs vitest with its own output. @returns its exit code. */
export function runVitest(words: readonly string[]): number {
  return spawnSync("vitest", ["run", ...words], { cwd: ROOT, stdio: "inherit" }).status ?? 1;
}
