import { runVitest } from "./static-checks.ts";

/**
 * `npm run test:browser`: every screen in a real browser, in both colours at three widths; `npm test` runs two of these looks.
 * `-- --keep` takes the pictures as they are drawn now for what is meant: look at them before they are committed.
 */
const words = process.argv.slice(2);
process.env["HEAPTIDE_BROWSER_TESTS"] = "all";
if (words.includes("--keep")) process.env["HEAPTIDE_KEEP_PICTURES"] = "true";
process.exitCode = runVitest(["--project", "browser", ...words.filter((word) => word !== "--keep")]);
