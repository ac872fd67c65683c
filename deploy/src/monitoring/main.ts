import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { monitoringFiles } from "./files.ts";

/** `npm run monitoring`: writes dashboards and rules. That they are up to date is checked by a test. */
for (const [path, content] of monitoringFiles()) {
  writeFileSync(join(import.meta.dirname, "../..", path), content);
  console.log(`deploy/${path}`);
}
