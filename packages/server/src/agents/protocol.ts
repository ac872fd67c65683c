import { gzipSync } from "node:zlib";
import { HeaptideError } from "@heaptide/base";
import { Measure, Observation, type Sample } from "@heaptide/model";
import { z } from "zod";

/*
 * What an agent and its server say to each other, by HTTP, JSON packed by gzip.
 *
 * POST /api/agent/observations?agent=NAME  a request of the agent's spool. Answered with 200 when it is on the server's disk. The same one twice is one: observations are facts.
 * POST /api/agent/report                   every few seconds: that it is there, what it watches. Answered with orders, which are repeated until the agent says that they were followed.
 */

/** Samples are nearly all there is: as columns they take a tenth of the room, and of the time to check. */
const Samples = z.strictObject({
  incarnations: z.array(z.string().min(1)),
  measures: z.array(Measure),
  incarnation: z.array(z.number()),
  measure: z.array(z.number()),
  at: z.array(z.number()),
  value: z.array(z.number()),
});

const Pushed = z.strictObject({ form: z.literal(1), samples: Samples, others: z.array(Observation) });

export const AgentName = z.string().regex(/^[\w.-]{1,100}$/, "letters, digits, dots and dashes");

export const Order = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("counting"), id: z.string(), incarnation: z.string(), on: z.boolean() }),
  z.strictObject({ kind: z.literal("watch"), id: z.string(), pid: z.number().int().positive() }),
]);
export type Order = z.infer<typeof Order>;

const Cost = z.strictObject({
  incarnation: z.string(),
  process: z.string(),
  share: z.number(),
  longest: z.number(),
  lastMinute: z.number(),
});

export const Report = z.strictObject({
  agent: AgentName,
  version: z.string().max(60),
  /** Another one after each start. */
  boot: z.string().max(60),
  /** Milliseconds since its start, and its clock. */
  uptime: z.number(),
  now: z.number(),
  /** It ends now, on purpose. */
  leaving: z.boolean(),
  watching: z.array(z.string()).max(20_000),
  /** Those of `watching` whose pauses are allowed at present. */
  counting: z.array(z.string()).max(20_000),
  costs: z.array(Cost).max(20_000),
  waiting: z.number(),
  dropped: z.number(),
  followed: z.array(z.string()).max(1000),
});
export type Report = z.infer<typeof Report>;

export const Orders = z.object({
  orders: z.array(Order),
  /** Processes of which is known that nothing grows: dumps of their recordings are not worth a pause. */
  healthy: z.array(z.string()),
});
export type Orders = z.infer<typeof Orders>;

export function encodeObservations(observations: readonly Observation[]): Uint8Array {
  const incarnations = new Numbering();
  const measures = new Numbering();
  const samples = observations.filter((one): one is Sample => one.type === "sample" && Number.isFinite(one.value));
  const columns = {
    incarnation: samples.map((one) => incarnations.of(one.incarnation)),
    measure: samples.map((one) => measures.of(one.measure)),
    at: samples.map(({ at }) => at),
    value: samples.map(({ value }) => value),
  };
  const others = observations.filter(({ type }) => type !== "sample");
  const content = { form: 1, samples: { incarnations: incarnations.names, measures: measures.names, ...columns }, others };
  return gzipSync(JSON.stringify(content), { level: 1 });
}

/** @param text unpacked. @throws INVALID_REQUEST */
export function decodeObservations(text: string): Observation[] {
  const parsed = Pushed.safeParse(jsonOf(text));
  if (!parsed.success) {
    const [{ path, message } = { path: [], message: "" }] = parsed.error.issues;
    throw new HeaptideError("INVALID_REQUEST", { problem: `${path.join(".")}: ${message}` });
  }
  const { samples, others } = parsed.data;
  const rows = samples.at.length;
  for (const column of [samples.incarnation, samples.measure, samples.value]) {
    if (column.length !== rows) throw new HeaptideError("INVALID_REQUEST", { problem: "the columns of samples differ in length" });
  }
  const decoded: Observation[] = others;
  for (let row = 0; row < rows; row++) {
    const incarnation = samples.incarnations[samples.incarnation[row]!];
    const measure = samples.measures[samples.measure[row]!];
    if (incarnation === undefined || measure === undefined)
      throw new HeaptideError("INVALID_REQUEST", { problem: `sample ${row} names no life or no measure` });
    decoded.push({ type: "sample", at: samples.at[row]!, incarnation, measure, value: samples.value[row]! });
  }
  return decoded;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HeaptideError("INVALID_REQUEST", { problem: "the body is not JSON" }, { cause: error });
  }
}

/** Numbers names in the order in which they are met. */
class Numbering {
  readonly names: string[] = [];
  readonly #numbers = new Map<string, number>();

  of(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}
