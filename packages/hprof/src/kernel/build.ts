/**
 * `npm run build:kernel`: compiles this folder to WebAssembly and writes `artefact.ts`, which is committed, so that nobody needs a compiler. The same
 * source gives the same bytes; a test compares them.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = import.meta.dirname;
const OPTIONS = ["--importMemory", "--sharedMemory", "--initialMemory", "16", "--maximumMemory", "65536"];
/** Not a literal in the import: the compiler's types declare AssemblyScript's Array and numbers for the whole repository. */
const COMPILER = ["assemblyscript", "asc"].join("/");

/** What is used of it: https://www.assemblyscript.org/compiler.html#programmatic-usage */
interface Compiler {
  main(
    words: readonly string[],
    files: {
      readonly readFile: (name: string) => string | null;
      readonly writeFile: (name: string, contents: string | Uint8Array) => void;
      readonly listFiles: () => readonly string[];
    },
  ): Promise<{ readonly error: Error | null; readonly stderr: { toString(): string } }>;
}

const FEATURES = ["--enable", "threads", "--enable", "bulk-memory"];

/** @returns the module's bytes. @throws with what the compiler said */
export async function compileKernel(): Promise<Uint8Array> {
  const { default: asc } = (await import(COMPILER)) as { readonly default: Compiler };
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    ["kernel.ts", "--outFile", "kernel.wasm", ...OPTIONS, ...FEATURES, "-O3", "--runtime", "stub", "--noAssert"],
    {
      readFile: (name) => sourceOf(name),
      writeFile: (_, contents) => void (typeof contents === "string" || (binary = contents)),
      listFiles: () => [],
    },
  );
  if (error || !binary) throw new Error(`The kernel does not compile:\n${stderr.toString()}`);
  return binary;
}

/** A file as AssemblyScript reads it: its own memory operations, no types imported, `// @inline` a decorator. */
function sourceOf(name: string): string | null {
  if (!/^[\w-]+\.ts$/.test(name)) return null;
  const path = join(FOLDER, name === "memory.ts" ? "memory.as" : name);
  try {
    return readFileSync(path, "utf8")
      .replaceAll(/^\/\/ @inline$/gm, "@inline")
      .replaceAll(/\btype (?:u32|f64),? ?/g, "")
      .replaceAll(/from "(\.\/[\w-]+)\.ts"/g, 'from "$1"');
  } catch {
    return null;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const binary = await compileKernel();
  writeFileSync(
    join(FOLDER, "artefact.ts"),
    `/** The kernel compiled, ${binary.length} bytes in base64. Made by \`npm run build:kernel\`; do not edit. */\nexport const KERNEL_WASM =\n  "${Buffer.from(binary).toString("base64")}";\n`,
  );
}
