import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseSync } from "oxc-parser";

/**
 * Writes docs/errors.md from the catalogue in packages/base/src/errors; with `--check` it only compares, and exits 1 where they differ.
 *
 * The catalogue holds functions, not sentences, so the page shows their source: `${d.pid}` reads as `<pid>`.
 */
const ROOT = path.dirname(import.meta.dirname);
const PAGE = path.join(ROOT, "docs", "errors.md");
const FIELDS = [
  ["cli", "Command line and configuration"],
  ["jvm", "Live JVMs"],
  ["flink", "Flink clusters"],
  ["format", "Files and formats"],
  ["store", "Data folder"],
  ["server", "Server"],
  ["operations", "Alarms, shippers and access"],
] as const;

const page = render();
if (!process.argv.includes("--check")) {
  writeFileSync(PAGE, page);
} else if (readPage() !== page) {
  console.error("docs/errors.md does not match the catalogue in packages/base/src/errors: npm run docs:errors");
  process.exitCode = 1;
}

function readPage(): string | undefined {
  try {
    return readFileSync(PAGE, "utf8");
  } catch {
    return undefined;
  }
}

function render(): string {
  const sections = FIELDS.map(([field, title]) => {
    const entries = entriesOf(`packages/base/src/errors/${field}.ts`);
    const rows = entries.map(({ code, say, next }) => `### ${code}\n\n${say}\n\nNext: ${next}\n`);
    return `## ${title}\n\n${rows.join("\n")}`;
  });
  return [
    "# Errors\n",
    "Every expected failure of Heaptide has a code that stays the same, a sentence that says what failed and why, and a next step. The command",
    "line prints all three and exits with 2; `--json` and the API give `{code, message, next}`. Anything else that fails is a bug.\n",
    "This page is generated from `packages/base/src/errors` by `npm run docs:errors`.\n",
    sections.join("\n"),
  ].join("\n");
}

/** A call `CODE: entry<...>(say, next)` of a catalogue's file, as text. */
function entriesOf(file: string): { code: string; say: string; next: string }[] {
  const source = readFileSync(path.join(ROOT, file), "utf8");
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0]!.message}`);
  const found: { code: string; say: string; next: string }[] = [];
  for (const statement of program.body) {
    if (statement.type !== "ExportNamedDeclaration" || statement.declaration?.type !== "VariableDeclaration") continue;
    const value = statement.declaration.declarations[0]?.init;
    const catalogue = value?.type === "TSAsExpression" ? value.expression : value;
    if (catalogue?.type !== "ObjectExpression") continue;
    for (const property of catalogue.properties) {
      if (property.type !== "Property" || property.key.type !== "Identifier" || property.value.type !== "CallExpression") continue;
      const [say, next] = property.value.arguments.map((one) => sentence(source, one));
      found.push({ code: property.key.name, say: say ?? "", next: next ?? "" });
    }
  }
  return found;
}

interface Spanned {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** The text a function returns: literal parts as they are, what is filled in as `<name>`, alternatives joined by "or". */
function sentence(source: string, node: Spanned): string {
  const texts = textsOf(node as Node, source);
  return texts.length > 0 ? [...new Set(texts)].join(" *or* ") : "(depends on the case)";
}

type Node = Spanned & Record<string, unknown>;

function textsOf(node: Node, source: string): string[] {
  const child = (name: string) => textsOf(node[name] as Node, source);
  switch (node.type) {
    case "ArrowFunctionExpression":
      return child("body");
    case "BlockStatement":
      return (node["body"] as Node[]).flatMap((one) => textsOf(one, source));
    case "ParenthesizedExpression":
      return child("expression");
    case "ReturnStatement":
      return child("argument");
    case "ConditionalExpression":
      return [...child("consequent"), ...child("alternate")];
    case "LogicalExpression":
      return [...child("left"), ...child("right")];
    case "Literal":
      return typeof node["value"] === "string" && node["value"] !== "" ? [escaped(node["value"])] : [];
    case "TemplateLiteral":
      return [template(node, source)];
    case "BinaryExpression":
      return concatenated(child("left"), child("right"));
    default:
      return [];
  }
}

function concatenated(left: string[], right: string[]): string[] {
  if (left.length === 0 || right.length === 0) return [...left, ...right];
  return left.flatMap((a) => right.map((b) => a + b));
}

function template(node: Node, source: string): string {
  const quasis = node["quasis"] as { value: { cooked: string } }[];
  const expressions = node["expressions"] as Node[];
  return quasis
    .map(
      (quasi, i) =>
        escaped(quasi.value.cooked) + (i < expressions.length ? hole(source.slice(expressions[i]!.start, expressions[i]!.end)) : ""),
    )
    .join("");
}

/** `d.offset + d.have` -> `<offset + have>`; a longer expression is named after the first detail in it. */
function hole(expression: string): string {
  const details = [...expression.matchAll(/\bd\.(\w+)/g)].map((match) => match[1]!);
  if (/^[\w.+ -]+$/.test(expression)) return `*${expression.replace(/\bd\./g, "")}*`;
  return `*${details[0] ?? "..."}*`;
}

function escaped(text: string): string {
  return text.replace(/[*_<>]/g, (sign) => `\\${sign}`);
}
