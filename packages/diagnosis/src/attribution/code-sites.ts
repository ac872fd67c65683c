import type { CodeSite, Holder, Law } from "@heaptide/model";
import { fileOf, isJdk, outermostClass, packageOf, simpleName } from "../growth/class-names.ts";
import { sounds } from "../growth/law.ts";
import type { Life } from "../life.ts";
import type { NamedLine } from "./allocations.ts";
import { isOfCheckpoint } from "./frames.ts";

/** What is known of a growth whose objects nobody sampled. */
export interface Wanted {
  /** The class that grows, then others that grow one for one with it. */
  readonly classes: readonly string[];
  readonly holder: Holder | null;
  readonly law: Law | null;
  /** It is native memory, and no class grows with it. */
  readonly isNative: boolean;
}

/**
 * The line of the job's own code that makes what grows, or hands it to what holds it, by its byte code alone: for objects too light or too few for the recorder's
 * samples. Only code whose classes are alive comes into question. Of several lines the one in the operator that the law names; null where they stay level.
 */
export function lineInCode(life: Life, wanted: Wanted): NamedLine | null {
  const isAlive = aliveClasses(life);
  const sites = life.code.flatMap((code) => code.sites).filter((site) => isAlive(site.class));
  const isBySubmission = wanted.law?.kind === "submissions" || wanted.law?.kind === "restarts";
  const natives = wanted.isNative ? nativeLibraries(life) : [];
  const searches: ((site: CodeSite) => boolean)[] = [
    ...wanted.classes.map((name) => (site: CodeSite) => makes(site, name)),
    (site) => wanted.holder !== null && handsTo(site, wanted.holder),
    // Flink's own objects for elements that wait: they go when the user's method does for each what it is there for.
    (site) => WAITING.some(([grows, method]) => wanted.classes.some((name) => grows.test(name)) && method === methodOf(site.method)),
    // Nothing on the heap tells of native memory whose owners were collected: then what is made of a library with native code of its own.
    (site) => wanted.isNative && site.makes !== null && natives.some((library) => isOfLibrary(site.makes!, library)),
    // Nothing tells what keeps a loader: then a registry beyond the job that its code hands something to, and never takes it back from.
    (site) => wanted.holder === null && isBySubmission && isOneWay(site, sites),
  ];
  // What keeps a class loader is asked for by its keeper: that it was made by every submission tells nothing.
  for (const fits of isBySubmission ? searches.toSpliced(0, wanted.classes.length) : searches) {
    const found = best(sites.filter(fits), wanted.law);
    if (found) return named(found);
  }
  return null;
}

/** Names of the libraries with native code that the process has mapped, but for those of the system and of the JDK: `rocksdbjni`. */
function nativeLibraries({ census }: Life): string[] {
  const files = census.get("native-memory")?.names ?? [];
  return files.flatMap((name) => /file (?!\/usr\/|\/lib)\S*\/(?:lib)?([^/]+?)[\d.N_-]*\.so/.exec(name)?.[1] ?? []);
}

/** A word of the package stands in the library's name. Its exceptions and its databases are made once, and not for each element. */
const isOfLibrary = (name: string, library: string): boolean =>
  packageOf(name)
    .split(".")
    .some((word) => word.length >= 4 && library.toLowerCase().includes(word));

/** Classes that have instances, and those nested beside them: static methods have none of their own. Where no snapshot was taken, every class may be alive. */
function aliveClasses({ live }: Life): (name: string) => boolean {
  if (live.at.length === 0) return () => true;
  const families = new Set(live.classes.filter((_, c) => live.instances[c]!.some((count) => count > 0)).map(outermostClass));
  return (name) => families.has(outermostClass(name));
}

/** What the JDK hides behind a factory: the class that grows, and what the call that makes it is said to return. */
const FACADES: readonly (readonly [grows: RegExp, returned: RegExp])[] = [
  [/^java\.nio\.Direct\w*Buffer/, /^java\.nio\.(Mapped)?ByteBuffer$/],
  [/^jdk\.internal\.net\.http\./, /^java\.net\.http\.HttpClient(\$Builder)?$/],
  [/^sun\.nio\.ch\.(Nio)?Socket/, /^java\.net\.(Server)?Socket$|^java\.nio\.channels\.\w*SocketChannel$/],
  [/^sun\.nio\.ch\.File/, /^java\.nio\.channels\.FileChannel$/],
  [
    /^java\.io\.FileDescriptor|^java\.io\.FileCleanable/,
    /^java\.(io\.(File\w+Stream|RandomAccessFile|FileReader|FileWriter)|net\.Socket)$/,
  ],
  [/^java\.util\.zip\.(Deflater|Inflater)\$/, /^java\.util\.zip\.(Deflater|Inflater)$/],
  [/^java\.lang\.Thread$/, /^java\.util\.Timer$|ExecutorService$|Executor$|Thread$/],
  [/^java\.util\.concurrent\.ThreadPoolExecutor/, /ExecutorService$/],
  [/(^|\.)io\.netty\.buffer\.Pool/, /(^|\.)io\.netty\.buffer\.\w*ByteBuf$/],
];

/** What Flink makes for each element until the user's own code is done with it, and the method of its interface in which that code is. */
const WAITING: readonly (readonly [grows: RegExp, method: string])[] = [
  [/^org\.apache\.flink\.streaming\.api\.operators\.async\./, "asyncInvoke"],
];

/** A call that hands out what it was called on makes nothing. */
const MAKING = /^(new|create|open|build|allocate|map|connect|start|make|of|get)|buffer$/i;

function makes(site: CodeSite, name: string): boolean {
  if (site.makes === null) return false;
  if (site.makes !== name && !isFacade(name, site.makes) && !isImplementation(name, site.makes)) return false;
  return site.call === null || (MAKING.test(site.call) && !isAccessor(site));
}

const isFacade = (name: string, made: string): boolean => FACADES.some(([grows, returned]) => grows.test(name) && returned.test(made));

/** `a.b.DefaultClientImpl` is what a factory that returns an `a.b.Client` makes: the one name within the other, of one owner. */
function isImplementation(name: string, made: string): boolean {
  const word = simpleName(made);
  const owner = (of: string) => of.split(".").slice(0, 2).join(".");
  return word.length >= 6 && simpleName(outermostClass(name)).includes(word) && owner(name) === owner(made) && !isJdk(name);
}

const isAccessor = ({ call, owner, makes: made }: CodeSite): boolean =>
  call?.startsWith("get") === true && owner !== made && !/Factory|Pool/.test(owner ?? "");

/** Ways into the JDK's own registries, by the class that keeps what was handed in. */
const DOORS: readonly (readonly [owner: RegExp, door: RegExp])[] = [
  [/^java\.lang\.ApplicationShutdownHooks$/, /^java\.lang\.Runtime\.addShutdownHook$/],
  [/^java\.lang\.(Inheritable)?ThreadLocal/, /^java\.lang\.(Inheritable)?ThreadLocal\.(set|withInitial)$/],
  [/^java\.sql\.DriverManager$/, /^java\.sql\.DriverManager\.registerDriver$/],
  [/Thread$/, /^java\.lang\.Thread\.start$|Executor(Service)?\.(submit|execute|schedule\w*)$|^java\.util\.Timer\.schedule/],
];

/** Registries that outlive a job, and the call that takes out what was handed in. */
const RETURNS: readonly (readonly [door: RegExp, back: RegExp])[] = [
  [/^java\.lang\.Runtime\.addShutdownHook$/, /^java\.lang\.Runtime\.removeShutdownHook$/],
  [/^java\.sql\.DriverManager\.registerDriver$/, /^java\.sql\.DriverManager\.deregisterDriver$/],
  [/^java\.lang\.(Inheritable)?ThreadLocal\.set$/, /^java\.lang\.(Inheritable)?ThreadLocal\.remove$/],
  [/^javax\.management\.MBeanServer\.registerMBean$/, /^javax\.management\.MBeanServer\.unregisterMBean$/],
  [/^java\.lang\.Thread\.start$/, /^java\.lang\.Thread\.(interrupt|join)$/],
];

function isOneWay({ class: name, owner, call }: CodeSite, sites: readonly CodeSite[]): boolean {
  const pair = RETURNS.find(([door]) => door.test(`${owner}.${call}`));
  const family = outermostClass(name);
  return (
    pair !== undefined && !sites.some((other) => outermostClass(other.class) === family && pair[1].test(`${other.owner}.${other.call}`))
  );
}

function handsTo({ owner, call }: CodeSite, holder: Holder): boolean {
  if (owner === null || call === null || holder.owner === null) return false;
  const door = `${owner}.${call}`;
  if (DOORS.some(([of, way]) => of.test(holder.owner!) && way.test(door))) return true;
  if (holder.kind === "thread-local" && DOORS[1]![1].test(door)) return true;
  return outermostClass(owner) === outermostClass(holder.owner) && !isJdk(owner);
}

/** In what runs for each element, or for each submission; and in the operator that the law names. */
function best(sites: readonly CodeSite[], law: Law | null): CodeSite | null {
  const isOnce = (method: string) => /^(open|<init>|<clinit>|main|close|initializeState|setup)$/.test(methodOf(method));
  const isBySubmission = law?.kind === "submissions" || law?.kind === "restarts";
  const rank = (site: CodeSite): number => {
    const isRightTime = law === null || isOnce(site.method) === isBySubmission;
    const isNamed = law?.operator != null && sounds(site.class, law.operator);
    return Number(isNamed) * 4 + Number(isRightTime) * 2 - Number(/^(close|<clinit>)$/.test(site.method)) * 4 + Number(site.call === null);
  };
  const ranked = sites.map((site) => ({ site, rank: rank(site) })).sort((a, b) => b.rank - a.rank || a.site.line - b.site.line);
  const [first] = ranked;
  if (!first || first.rank < 0) return null;
  const level = ranked.filter((one) => one.rank === first.rank);
  const isOnePlace = level.every(({ site }) => site.class === first.site.class && methodOf(site.method) === methodOf(first.site.method));
  return isOnePlace ? first.site : null;
}

/** `lambda$open$0` is written in `open`. */
const methodOf = (method: string): string => /^lambda\$(.+)\$\d+$/.exec(method)?.[1] ?? method;

function named({ class: name, method, line, makes: made }: CodeSite): NamedLine {
  return {
    line: { class: name, method: methodOf(method), file: fileOf(name), line },
    way: "written",
    constructed: made,
    votes: 0,
    samples: 0,
    vertexName: null,
    position: null,
    isInCheckpoint: isOfCheckpoint(methodOf(method)),
  };
}
