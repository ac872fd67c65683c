import path from "node:path";
import { checkImports } from "./imports/check.ts";

/** Prints every import that breaks a rule of `imports/rules.ts`, with the rule's reason; exit 1 if there is one. */
const { files, violations } = checkImports(path.dirname(import.meta.dirname));
for (const { at, specifier, why } of violations) console.error(`${at}  imports ${specifier}\n    ${why}`);
console.log(`${files} files, ${violations.length} forbidden imports`);
// A check that looked at nothing has not passed.
process.exitCode = violations.length > 0 || files === 0 ? 1 : 0;
