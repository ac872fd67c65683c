import type { ChangeSeen, Incident } from "@heaptide/model";
import { Incident as IncidentSchema } from "@heaptide/model";
import { describe, expect, it } from "vitest";
import { finding, gap, iso, NOW, situation, TASK_MANAGER, verification } from "./finding.test-builders.ts";
import { joinedIncidents } from "./join.ts";
import { acknowledged } from "./life-cycle.ts";
import type { Situation } from "./situation.ts";

const MINUTE = 60_000;

/** Looks at one situation after the other. */
function after(...situations: readonly Situation[]): Incident[] {
  return situations.reduce<Incident[]>((incidents, next) => merged(incidents, joinedIncidents(incidents, next)), []);
}

function merged(before: readonly Incident[], changed: readonly Incident[]): Incident[] {
  const all = new Map([...before, ...changed].map((one) => [one.id, one]));
  // What is kept comes back from the disk as JSON.
  return [...all.values()].map((one) => IncidentSchema.parse(JSON.parse(JSON.stringify(one))));
}

const statesOf = (incidents: readonly Incident[]) => incidents.map(({ kind, state }) => `${kind} ${state}`);
const lost = (at: number): ChangeSeen => processChange("process-lost", at);
const processChange = (kind: ChangeSeen["kind"], at: number): ChangeSeen => ({
  ...{
    type: "change",
    at,
    id: `${kind}:${at}`,
    kind,
    job: null,
    process: TASK_MANAGER.key,
    title: `TaskManager a ${kind}`,
    attributes: {},
  },
});

describe("incidents of leaks", () => {
  it("open once, however often the finding is seen", () => {
    const incidents = after(situation({ findings: [finding()] }), situation({ at: NOW + 3000, findings: [finding()] }));
    expect(incidents).toMatchObject([
      {
        kind: "leak",
        state: "open",
        severity: "critical",
        firstSeen: iso(NOW - 600_000),
        lastSeen: iso(NOW + 3000),
        process: TASK_MANAGER,
      },
    ]);
  });

  it("stay the same when the class gets its name", () => {
    const unnamed = finding({ rootClass: null, verdict: "growing" });
    const incidents = after(situation({ findings: [unnamed] }), situation({ at: NOW + MINUTE, findings: [finding()] }));
    expect(incidents).toHaveLength(1);
    expect(incidents[0]).toMatchObject({ severity: "critical", findings: [unnamed.id, finding().id] });
    expect(incidents[0]!.timeline.map(({ text }) => text)).toContain("What grows: org.example.Client");
  });

  it("are two where two classes grow", () => {
    expect(after(situation({ findings: [finding(), finding({ rootClass: "org.example.Other" })] }))).toHaveLength(2);
  });

  it("go from a fix to its proof, and are closed when it has held for an hour", () => {
    const start = after(situation({ findings: [finding()] }));
    const seen = merged(
      start,
      joinedIncidents(start, situation({ at: NOW + MINUTE, findings: [finding({ verification: verification("too-early") })] })),
    );
    expect(statesOf(seen)).toEqual(["leak fix-seen"]);
    const proof = situation({ at: NOW + 2 * MINUTE, findings: [finding({ verification: verification("verified") })] });
    const verified = merged(seen, joinedIncidents(seen, proof));
    expect(statesOf(verified)).toEqual(["leak verified"]);
    const later = merged(verified, joinedIncidents(verified, { ...proof, at: NOW + 70 * MINUTE }));
    expect(later).toMatchObject([{ state: "closed", closedAt: iso(NOW + 70 * MINUTE) }]);
    expect(later[0]!.timeline.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["opened", "fix-seen", "verified", "closed"]));
  });

  it("go back to whoever cared when the fix does not hold", () => {
    const [open] = after(situation({ findings: [finding()] }));
    const cared = [acknowledged(open!, "ada", "looking", NOW + 1000)];
    const seen = merged(cared, joinedIncidents(cared, situation({ findings: [finding({ verification: verification("too-early") })] })));
    const back = merged(
      seen,
      joinedIncidents(seen, situation({ at: NOW + MINUTE, findings: [finding({ verification: verification("not-fixed") })] })),
    );
    expect(back).toMatchObject([{ state: "acknowledged", acknowledged: { by: "ada" } }]);
  });

  it("are reopened, under the same id, when the leak comes back", () => {
    const verified = after(
      situation({ findings: [finding()] }),
      situation({ at: NOW + MINUTE, findings: [finding({ verification: verification("verified") })] }),
    );
    const back = merged(verified, joinedIncidents(verified, situation({ at: NOW + 90 * MINUTE, findings: [finding()] })));
    expect(back).toMatchObject([{ id: verified[0]!.id, state: "reopened", acknowledged: null, closedAt: null }]);
  });

  it("are not closed because nobody was looking", () => {
    const open = after(situation({ findings: [finding()] }));
    const justBack = situation({ at: NOW + 120 * MINUTE, watchingSince: NOW + 119 * MINUTE });
    expect(statesOf(merged(open, joinedIncidents(open, justBack)))).toEqual(["leak open"]);
    expect(statesOf(merged(open, joinedIncidents(open, situation({ at: NOW + 120 * MINUTE }))))).toEqual(["leak closed"]);
  });

  it("take in the changes around them, once", () => {
    const deployed: ChangeSeen = { ...processChange("configuration", NOW - 590_000), kind: "job-deployed", job: "job-1", process: null };
    const elsewhere: ChangeSeen = { ...deployed, id: "other", job: "job-9" };
    const now = situation({ findings: [finding()], changes: [deployed, elsewhere] });
    const [incident] = after(now, now);
    expect(incident!.timeline.filter(({ kind }) => kind === "change").map(({ reference }) => reference)).toEqual([deployed.id]);
  });
});

describe("incidents of gaps and losses", () => {
  it("open with a gap and end with it", () => {
    const open = after(situation({ gaps: [gap()] }));
    expect(open).toMatchObject([{ kind: "gap", state: "open", job: "enrichment", process: TASK_MANAGER }]);
    const over = merged(open, joinedIncidents(open, situation({ at: NOW + MINUTE, gaps: [gap({ to: NOW + 50_000 })] })));
    expect(statesOf(over)).toEqual(["gap closed"]);
    const again = [gap({ to: NOW + 50_000 }), gap({ id: "gap:job-1:2", from: NOW + 5 * MINUTE })];
    const reopened = merged(over, joinedIncidents(over, situation({ at: NOW + 6 * MINUTE, gaps: again })));
    expect(reopened).toMatchObject([{ id: open[0]!.id, state: "reopened" }]);
  });

  it("are one for each gap of no job, and end each by itself", () => {
    const hall = (more: object = {}) => gap({ id: "hall", job: null, title: "hall was down", ...more });
    const cinema = gap({ id: "cinema", job: null, from: NOW - 1000, title: "cinema was down", elsewhere: true });
    const open = after(situation({ gaps: [hall(), cinema] }));
    expect(open.map(({ headline }) => headline)).toEqual(["hall was down", "cinema was down"]);
    const over = merged(open, joinedIncidents(open, situation({ at: NOW + MINUTE, gaps: [hall({ to: NOW + 1000 }), cinema] })));
    expect(statesOf(over)).toEqual(["gap closed", "gap open"]);
  });

  it("stay open with a gap that lasts, whatever began later and is over", () => {
    const open = after(situation({ gaps: [gap(), gap({ id: "later", from: NOW + 10, to: NOW + 20 })] }));
    expect(statesOf(open)).toEqual(["gap open"]);
  });

  it("say nothing of gaps that were over before anybody asked", () => {
    expect(after(situation({ gaps: [gap({ to: NOW })] }))).toEqual([]);
  });

  it("open with a lost process and end when it is back", () => {
    const open = after(situation({ changes: [lost(NOW - 1000)] }));
    expect(open).toMatchObject([{ kind: "process-lost", state: "open", severity: "critical" }]);
    const back = situation({ at: NOW + MINUTE, changes: [lost(NOW - 1000), processChange("process-started", NOW + 30_000)] });
    expect(statesOf(merged(open, joinedIncidents(open, back)))).toEqual(["process-lost closed"]);
  });

  it("join the story of the leak that explains them", () => {
    const gone = after(situation({ gaps: [gap()] }));
    const explained = merged(gone, joinedIncidents(gone, situation({ at: NOW + 1000, gaps: [gap()], findings: [finding()] })));
    const leak = explained.find(({ kind }) => kind === "leak")!;
    expect(explained.find(({ kind }) => kind === "gap")).toMatchObject({ state: "closed", mergedInto: leak.id });
    expect(leak.timeline).toContainEqual(expect.objectContaining({ kind: "gap", reference: "gap:job-1:1" }));
    const later = merged(explained, joinedIncidents(explained, situation({ at: NOW + 3000, gaps: [gap()], findings: [finding()] })));
    expect(later).toHaveLength(2);
  });
});
