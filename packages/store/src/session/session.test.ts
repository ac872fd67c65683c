import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Observation } from "@heaptide/model";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { change, dump, gap, job, log, processSeen, sample, snapshot } from "../observations.test-builders.ts";
import { readSession } from "./read.ts";
import { DifferenceDecoder, DifferenceEncoder } from "./snapshot-differences.ts";
import { SessionWriter } from "./write.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "heaptide-session-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const about = { recordedFrom: 1000, notes: { scenario: "none" } };

async function written(batches: readonly (readonly Observation[])[], path = join(folder, "session.heaptide")): Promise<string> {
  const writer = await SessionWriter.create(path, about);
  batches.forEach((batch, i) => writer.append(batch, 1000 + 20_000 * i));
  await writer.close();
  return path;
}

describe("a session", () => {
  it("gives back what was observed, batch by batch, with the time of arrival", async () => {
    const batches = [
      [processSeen(), job(), sample(900, 1), { ...sample(900, 2), measure: "threads" as const }, sample(900, 3)],
      [snapshot(1000, { A: [1, 16], "byte[]": [3, 100] }), log(1), gap(4, null), change(900)],
      [snapshot(2000, { "byte[]": [5, 170], B: [1, 24] }), dump(2000)],
    ];
    const session = await readSession(await written(batches));
    expect(session.about).toEqual(about);
    expect(session.batches.map(({ observations }) => observations)).toEqual(batches);
    expect(session.batches.map(({ at }) => at)).toEqual([1000, 21_000, 41_000]);
  });

  it("gives back any series of histograms, whatever comes, goes and comes again", () => {
    const columns = fc.dictionary(fc.constantFrom("A", "B", "C[]", "d.E$F", "ß"), fc.tuple(fc.nat(1e12), fc.nat(1e15)), {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(columns, fc.constantFrom("live" as const, "all" as const)), { maxLength: 8 }), (all) => {
        const [encoder, decoder] = [new DifferenceEncoder(), new DifferenceDecoder()];
        for (const [i, [classes, kind]] of all.entries()) {
          const one = { ...snapshot(i, classes), kind };
          expect(sorted(decoder.decode(JSON.parse(JSON.stringify(encoder.encode(one)))))).toEqual(sorted(one));
        }
      }),
    );
  });

  it("is never overwritten", async () => {
    const path = await written([]);
    await expect(SessionWriter.create(path, about)).rejects.toMatchObject({ code: "STORE_UNUSABLE" });
  });
});

/** By class: their order tells nothing. */
function sorted(observation: Observation) {
  if (observation.type !== "snapshot") return observation;
  const { names, instances, bytes } = observation.classes;
  return { ...observation, classes: Object.fromEntries(names.map((name, c) => [name, [instances[c], bytes[c]]])) };
}

describe("a session that is not whole", () => {
  const batches = Array.from({ length: 30 }, (_, i) => [
    snapshot(i, { A: [i + 1, 16 * i], [`Class${i}`]: [1, 24] }),
    sample(i, Math.sqrt(i)),
  ]);

  it("is told wherever it was cut off, and never read as whole", async () => {
    const whole = readFileSync(await written(batches));
    for (let length = 0; length < whole.length; length += length < 30 ? 1 : 23) {
      const cut = join(folder, "cut");
      writeFileSync(cut, whole.subarray(0, length));
      await expect(readSession(cut), `after ${length} bytes`).rejects.toMatchObject({ code: "SESSION_CUT_OFF" });
    }
  });

  it("can be read as far as it goes if that is asked for", async () => {
    const whole = readFileSync(await written(batches));
    const cut = join(folder, "cut");
    writeFileSync(cut, whole.subarray(0, whole.length - 100));
    const { batches: read } = await readSession(cut, { partial: true });
    expect(read.length).toBeGreaterThan(10);
    expect(read[5]!.observations.map(sorted)).toEqual(batches[5]!.map(sorted));
  });

  it("is told to be damaged where bytes were changed", async () => {
    const whole = readFileSync(await written(batches));
    const damaged = join(folder, "damaged");
    for (const at of [40, 200, whole.length >> 1]) {
      writeFileSync(damaged, Buffer.from(whole.map((byte, i) => (i === at ? byte ^ 0xff : byte))));
      await expect(readSession(damaged), `byte ${at}`).rejects.toMatchObject({ code: "SESSION_CORRUPT" });
    }
  });

  it.each([
    ["of a newer program", "heaptide-session 2\nwhatever", "SESSION_TOO_NEW"],
    ["which is none", "nonsense".repeat(2000), "NOT_A_SESSION"],
    ["with nothing in it", "", "SESSION_CUT_OFF"],
  ])("%s is refused with its reason", async (_, text, code) => {
    const path = join(folder, "other");
    writeFileSync(path, text);
    await expect(readSession(path)).rejects.toMatchObject({ code });
    await expect(readSession(join(folder, "none"))).rejects.toMatchObject({ code: "NOT_A_SESSION" });
  });
});
