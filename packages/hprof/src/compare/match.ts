import type { BigObject } from "./object-paths.ts";

/** A large object, followed from dump to dump. */
export interface ObjectChange {
  readonly class: string;
  /** Where it was seen last; null where that is too long to be named. */
  readonly path: string | null;
  /** One for each dump, null where it is not among the large ones. */
  readonly addresses: readonly (string | null)[];
  readonly retained: readonly (number | null)[];
  /**
   * `id`: at the same address, on a way of the same shape. `path`: the collector moved it, or it was replaced at its place. `new`, `gone`: not
   * in the first, not in the last.
   */
  readonly matched: "id" | "path" | "new" | "gone";
}

interface Track {
  readonly seen: (BigObject | null)[];
  byId: boolean;
}

/** Addresses first, which an object keeps until the collector moves it; then ways with keys and positions; then ways without, largest with largest. */
export function matchObjects(dumps: readonly (readonly BigObject[])[]): ObjectChange[] {
  const tracks: Track[] = [];
  dumps.forEach((objects, dump) => {
    const open = tracks.filter(({ seen }) => seen.at(-1) !== null);
    const left = new Set(objects);
    const join = (track: Track, object: BigObject): void => {
      if (track.seen.at(-1)!.address !== object.address) track.byId = false;
      track.seen.push(object);
      left.delete(object);
    };
    for (const key of [identity, exactWay, shapeOfWay]) {
      const waiting = Map.groupBy(left, key);
      for (const track of open) {
        if (track.seen.length > dump) continue;
        const wanted = key(track.seen.at(-1)!);
        const object = wanted === null ? undefined : waiting.get(wanted)?.shift();
        if (object) join(track, object);
      }
    }
    for (const track of tracks) if (track.seen.length === dump) track.seen.push(null);
    for (const object of left) tracks.push({ seen: [...new Array<null>(dump).fill(null), object], byId: true });
  });
  return tracks.map(changeOf).sort((a, b) => size(b) - size(a));
}

const identity = ({ class: name, address, shape }: BigObject): string => `${name}\n${address}\n${shape}`;
const exactWay = ({ class: name, path }: BigObject): string | null => path && `${name}\n${path}`;
const shapeOfWay = ({ class: name, shape }: BigObject): string | null => shape && `${name}\n${shape}`;

function changeOf({ seen, byId }: Track): ObjectChange {
  const last = seen.findLast((object) => object !== null)!;
  return {
    class: last.class,
    path: last.path,
    addresses: seen.map((object) => object?.address ?? null),
    retained: seen.map((object) => object?.retained ?? null),
    matched: seen[0] === null ? "new" : seen.at(-1) === null ? "gone" : byId ? "id" : "path",
  };
}

function size({ retained }: ObjectChange): number {
  return Math.abs((retained.at(-1) ?? 0) - (retained[0] ?? 0));
}
