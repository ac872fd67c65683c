import { runVitest } from "./static-checks.ts";

/** `npm run test:browser`: every screen in a real browser, in both colours at three widths; `npm test` runs two of these looks. */
process.env["HEAPTIDE_BROWSER_TESTS"] = "all";
process.exitCode = runVitest(["--project", "browser", ...process.argv.slice(2)]);
