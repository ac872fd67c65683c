/** What `scripts/start.mjs` can run: the words after `node`, and whether it needs the JDK and the Java modules, and the built pages. */
export const TARGETS = {
  demo: { run: ["packages/cli/bin/heaptide.mjs", "demo"], java: true, pages: true },
  dataspa: { run: ["dataspa/platform/src/main.ts"], java: true },
  "dataspa:audit": { run: ["dataspa/platform/src/main.ts", "audit"], java: true },
  test: { run: ["scripts/test.ts"], java: true, pages: true },
  check: { run: ["scripts/check.ts"], java: false },
  "test:browser": { run: ["scripts/test-browser.ts"], java: false, pages: true },
  screenshots: { run: ["e2e/src/browser/screenshots.ts"], java: false, pages: true },
  bench: { run: ["bench/src/main.ts"], java: true, pages: true },
  lab: { run: ["lab/src/score/main.ts"], java: false },
  "lab:record": { run: ["lab/src/record/main.ts"], java: true },
  /** Sets up and does nothing else: for editors, images and continuous integration. */
  setup: { run: null, java: true, pages: true },
};
