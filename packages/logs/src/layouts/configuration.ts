/**
 * Format: configurations of log4j 2 (properties, XML, YAML, JSON), log4j 1 and reload4j (properties), and logback (XML). Only the patterns of their layouts are taken out,
 * in the order of the file; properties that a pattern names (`${...}`) are filled in where the file itself gives them.
 * Layouts: logging.apache.org/log4j/2.x/manual/configuration.html, logback.qos.ch/manual/configuration.html.
 */
const PATTERNS: readonly RegExp[] = [
  // appender.main.layout.pattern = ..., log4j.appender.file.layout.ConversionPattern=...
  /^[ \t]*[\w.]+\.(?:layout\.pattern|layout\.ConversionPattern)[ \t]*[=:][ \t]*(.+?)[ \t]*$/gim,
  // <PatternLayout pattern="..."/>
  /<PatternLayout\b[^>]*?\bpattern\s*=\s*"([^"]+)"/gi,
  // <Pattern>...</Pattern>, in log4j's PatternLayout and in logback's encoders
  /<pattern>\s*([^<]+?)\s*<\/pattern>/gi,
  // pattern: "..." in YAML and JSON
  /^[ \t]*"?pattern"?[ \t]*:[ \t]*(?:"((?:[^"\\]|\\.)+)"|'([^']+)'|(%.+?))[ \t]*,?[ \t]*$/gim,
];
const PROPERTY =
  /^[ \t]*(?:property\.)?([\w.]+)[ \t]*=[ \t]*(.+?)[ \t]*$|<[Pp]roperty\s+name="([^"]+)"\s*(?:value="([^"]*)"\s*\/>|>([^<]*)<)/gm;
const MOST = 20;

/** @returns patterns such as `%d{HH:mm:ss} %-5p %c - %m%n`, each once */
export function patternsInConfiguration(text: string): string[] {
  const properties = new Map(
    [...text.matchAll(PROPERTY)].map(([, name, value, xmlName, xmlValue, content]) => [
      name ?? xmlName!,
      value ?? xmlValue ?? content ?? "",
    ]),
  );
  const found = PATTERNS.flatMap((pattern) => [...text.matchAll(pattern)]).map((match) =>
    filled(
      match.slice(1).find((part) => part !== undefined)!,
      properties,
    ),
  );
  return [...new Set(found.map(unescaped).filter((pattern) => pattern.includes("%")))].slice(0, MOST);
}

/** `${name}`, `${sys:name}`, `${name:-default}`, one level deep. */
function filled(pattern: string, properties: ReadonlyMap<string, string>): string {
  return pattern.replaceAll(
    /\$\{(?:\w+:)?([\w.]+)(?::-([^}]*))?\}/g,
    (whole, name: string, preset: string | undefined) => properties.get(name) ?? preset ?? whole,
  );
}

const ENTITIES: Readonly<Record<string, string>> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&" };
const unescaped = (pattern: string): string =>
  pattern.replaceAll(/&(?:lt|gt|quot|apos|amp);/g, (entity) => ENTITIES[entity]!).replaceAll(/\\(?=["\\])/g, "");
