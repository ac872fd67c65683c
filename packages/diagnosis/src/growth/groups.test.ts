import { describe, expect, it } from "vitest";
import type { UserCode } from "../attribution/frames.ts";
import { isContainer, outermostClass, plainName } from "./class-names.ts";
import { growingClasses, ratioTo } from "./deltas.ts";
import { growthGroups } from "./groups.ts";
import { rootClassOf, type RootVotes } from "./root-class.ts";

const AT = Float64Array.from({ length: 10 }, (_, i) => i * 8000);
const WINDOW = { from: 0, to: 80_000 };
/** Snapshots in which each class has the instances that its function gives, 100 bytes each. */
function snapshots(classes: Record<string, (i: number) => number>) {
  const instances = Object.values(classes).map((value) => AT.map((_, i) => value(i)));
  return { at: AT, classes: Object.keys(classes), instances, bytes: instances.map((column) => column.map((count) => count * 100)) };
}
const anyone: UserCode = { known: false, isUser: () => false, isUserClass: (name) => name.startsWith("com.acme.") };
const NO_VOTES: RootVotes = { constructed: new Map(), outermost: new Map(), named: new Set(), isOneForEach: () => false };
/** Grows by a step at a time, not evenly: only true companions follow. */
const uneven = (i: number) => [0, 40, 60, 150, 160, 300, 310, 330, 480, 500][i]!;

describe("growth groups", () => {
  it("hold what keeps a constant ratio, and nothing else", () => {
    const groups = growthGroups(
      growingClasses(
        snapshots({ "a.Timer": uneven, "a.Bucket": (i) => 512 * uneven(i) + 7, "b.Steady": (i) => i * 50, "b.Flat": () => 900 }),
        WINDOW,
      ),
    );
    expect(groups.map((group) => group.classes.map((found) => found.name))).toEqual([["a.Bucket", "a.Timer"], ["b.Steady"]]);
  });

  it("take arrays for what they grow with, though a recording that began made thousands of its own at one stroke", () => {
    const payload = (i: number) => 9000 + uneven(i) + (i >= 6 ? 700 : 0);
    const [group] = growthGroups(growingClasses(snapshots({ "byte[]": payload, "com.acme.Quote": uneven }), WINDOW));
    const [bytes, quote] = group!.classes;
    expect([bytes!.name, quote!.name, ratioTo(quote!, bytes!)]).toEqual(["byte[]", "com.acme.Quote", 1]);
    const stranger = (i: number) => 9000 + i * 60 + (i >= 6 ? 700 : 0);
    expect(growthGroups(growingClasses(snapshots({ "byte[]": stranger, "com.acme.Quote": uneven }), WINDOW))).toHaveLength(2);
  });

  it("leave out what comes and goes", () => {
    const { classes } = growingClasses(snapshots({ "a.Buffer": (i) => 1000 + (i % 2) * 500 + i * 10 }), WINDOW);
    expect(classes).toEqual([]);
  });

  it("take the hidden classes of one lambda for one class", () => {
    const lambda = (k: number) => [`a.Job$$Lambda/0x00007f${k}`, (i: number) => (i >= k ? 1 : 0)] as const;
    const { classes } = growingClasses(snapshots(Object.fromEntries(Array.from({ length: 9 }, (_, k) => lambda(k + 1)))), WINDOW);
    expect(classes.map((found) => [found.name, found.rise])).toEqual([["a.Job$$Lambda", 9]]);
  });
});

describe("the root class", () => {
  const rootOf = (classes: Record<string, (i: number) => number>, votes = NO_VOTES) =>
    rootClassOf(growthGroups(growingClasses(snapshots(classes), WINDOW))[0]!, votes, anyone)?.name;

  it("is no array, no string and no node while anything else grows", () => {
    expect(rootOf({ "byte[]": (i) => uneven(i) * 3, "java.lang.String": uneven, "org.lib.Entry": uneven })).toBe("org.lib.Entry");
  });

  it("is the user's before a library's", () => {
    expect(rootOf({ "org.lib.Entry": uneven, "com.acme.Session": uneven })).toBe("com.acme.Session");
  });

  it("shares the group's own unit: an owner has fewer instances than its parts", () => {
    expect(rootOf({ "com.acme.Part": (i) => uneven(i) * 8, "com.acme.Owner": uneven })).toBe("com.acme.Owner");
  });

  it("is one for each event rather than the smallest count", () => {
    const tenth = (i: number) => Math.floor(uneven(i) / 10);
    expect(rootOf({ "com.acme.Batch": tenth, "com.acme.Session": uneven })).toBe("com.acme.Batch");
    expect(rootOf({ "com.acme.Batch": tenth, "com.acme.Session": uneven }, { ...NO_VOTES, isOneForEach: ({ rise }) => rise === 500 })).toBe(
      "com.acme.Session",
    );
  });

  it("is what user code constructs, whatever the packages say", () => {
    const votes = { ...NO_VOTES, constructed: new Map([["org.lib.Client", 3]]) };
    expect(rootOf({ "org.lib.Client": uneven, "com.acme.Callback": uneven }, votes)).toBe("org.lib.Client");
  });

  it("is the one of several that the program warns of", () => {
    const votes = { ...NO_VOTES, named: new Set(["org.lib.Timer"]) };
    expect(rootOf({ "org.lib.Client": uneven, "org.lib.Timer": uneven, "com.acme.Callback": uneven }, votes)).toBe("org.lib.Timer");
  });

  it("is a container where nothing else is left", () => {
    expect(rootOf({ "byte[]": uneven, "java.lang.String": uneven })).toBeDefined();
  });
});

describe("class names", () => {
  it("lose what differs between two loads", () => {
    expect(plainName("a.Job$$Lambda$14/0x000000080012")).toBe("a.Job$$Lambda");
    expect(plainName("a.Job$$Lambda/0x00007f1234")).toBe("a.Job$$Lambda");
    expect(plainName("a.Job$$Lambda$5+0x00007fe5d1004448.668352503")).toBe("a.Job$$Lambda");
    expect(plainName("a.Outer$Inner")).toBe("a.Outer$Inner");
  });

  it("tell carriers from what they carry", () => {
    expect(["java.util.HashMap$Node", "a.B[]", "int[]", "java.lang.Long"].every(isContainer)).toBe(true);
    expect(["java.lang.Thread", "a.B", "java.util.concurrent.ThreadPoolExecutor"].some(isContainer)).toBe(false);
  });

  it("lead to the class that has a file", () => {
    expect(outermostClass("a.Outer$Inner$1")).toBe("a.Outer");
  });
});
