import { formatBytes, formatDuration, formatInterval } from "@heaptide/base";
import type { Finding, Why } from "@heaptide/model";
import { EACH, formatSlope } from "../../format.ts";

const LISTED = 10;

/** The incident as Markdown, for an issue or a chat. Times are UTC, for its readers sit elsewhere. */
export function markdownOf(finding: Finding, link: string): string {
  const { verdict, headline, group, logs, evidence, missing, why } = finding;
  return `## ${verdict}: ${inline(headline)}

| | |
| --- | --- |
${factsOf(finding).join("\n")}

### What grows together

| class | each | instances since onset | bytes |
| --- | ---: | ---: | ---: |
${group
  .slice(0, LISTED)
  .map((member) => `| \`${cell(member.class)}\` | ${member.ratio} | ${member.instances} | ${formatBytes(member.bytes)} |`)
  .join("\n")}

### Evidence

${evidence.map((one) => `- ${one.for ? "" : "**against** "}${one.kind}: ${inline(one.statement)} (${inline(one.source)})`).join("\n")}
${logs.length === 0 ? "" : `\n### Log\n\n${logs.map((log) => `- ${log.level}, ${log.count} times since ${log.first}: ${fence(log.example)}`).join("\n")}\n`}${missing.length === 0 ? "" : `\n### Missing\n\n${missing.map((one) => `- ${inline(one.what)}: ${inline(one.why)}. Next: ${inline(one.next)}`).join("\n")}\n`}${why === undefined ? "" : reasonsOf(why)}
[Open in Heaptide](${link})
`;
}

/** What is known, a row each. */
function factsOf({ process, resource, slope, limit, exhaustion, onset, change, line, holder, law, verification }: Finding): string[] {
  const facts: (readonly [string, string | null])[] = [
    ["Process", process.name],
    [
      "Resource",
      `${resource}, ${formatSlope(slope.value, slope.unit)}${limit ? `, limit ${limit.unit === "B" ? formatBytes(limit.value) : limit.value} (${limit.source})` : ""}`,
    ],
    ["Since", onset.from === onset.to ? onset.from : `between ${onset.from} and ${onset.to}`],
    ["Change", change && `${change.title} at ${change.at}`],
    ["At its limit", exhaustion && `in ${formatDuration(exhaustion.low * 1000)} to ${formatDuration(exhaustion.high * 1000)}`],
    ["Line", line && `\`${line.class}.${line.method}\` (\`${line.file ?? line.class}:${line.line}\`)`],
    ["Kept alive by", holder && holder.description],
    [
      "Law of growth",
      law && `${formatInterval(law.ratio)} per ${EACH[law.kind]}${law.operator === null ? "" : ` through ${law.operator}`}`,
    ],
    ["Verification", verification && `${verification.verdict}: ${verification.statement}`],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [`| ${name} | ${cell(value)} |`]));
}

const reasonsOf = ({ tests, wouldChange }: Why): string => `
### Why it is judged so

${tests.map(({ what, passed, statement }) => `- ${passed ? "passed" : "**not passed**"}, ${inline(what)}: ${inline(statement)}`).join("\n")}

What would change it: ${wouldChange.map(inline).join(" ")}
`;

/** What comes from the outside must not become a link, a heading or HTML. */
const inline = (text: string): string => text.replaceAll(/[\r\n]+/g, " ").replaceAll(/([\\`*_[\]<>|#])/g, "\\$1");
const cell = (text: string): string =>
  text
    .replaceAll(/[\r\n]+/g, " ")
    .replaceAll("|", "\\|")
    .replaceAll("<", "&lt;");
const fence = (text: string): string =>
  `\`${text
    .slice(0, 400)
    .replaceAll(/[\r\n]+/g, " ")
    .replaceAll("`", "'")}\``;
