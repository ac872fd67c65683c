/** Numbers that are the same on each run: input 4711 of a report can be made again. mulberry32, by Tommy Ettinger, public domain. */
export function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Random = ReturnType<typeof randomOf>;
type Damage = (bytes: Uint8Array, random: Random) => Uint8Array;

/** Values that length fields lie with. */
const LIES = [0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];
const MOST_DAMAGES = 6;
const LONGEST_PIECE = 64;

const flipBit: Damage = (bytes, random) => {
  bytes[random(bytes.length)]! ^= 1 << random(8);
  return bytes;
};

const setByte: Damage = (bytes, random) => {
  bytes[random(bytes.length)] = random(256);
  return bytes;
};

const lie: Damage = (bytes, random) => {
  if (bytes.length >= 4)
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(random(bytes.length - 3), LIES[random(LIES.length)]!, random(2) === 0);
  return bytes;
};

const cut: Damage = (bytes, random) => bytes.slice(0, random(bytes.length + 1));

const remove: Damage = (bytes, random) => {
  const at = random(bytes.length);
  const end = Math.min(bytes.length, at + 1 + random(LONGEST_PIECE));
  return joined(bytes.subarray(0, at), bytes.subarray(end));
};

const repeat: Damage = (bytes, random) => {
  const at = random(bytes.length);
  const end = Math.min(bytes.length, at + 1 + random(LONGEST_PIECE));
  return joined(bytes.subarray(0, end), bytes.subarray(at));
};

const move: Damage = (bytes, random) => {
  const from = random(bytes.length);
  bytes.copyWithin(random(bytes.length), from, Math.min(bytes.length, from + 1 + random(LONGEST_PIECE)));
  return bytes;
};

/** Most inputs keep their length, so that damage inside of records is seen, and not only ends that come too early. */
const DAMAGES: readonly Damage[] = [flipBit, flipBit, setByte, setByte, lie, lie, move, cut, remove, repeat];

/** A copy of a good file with up to six things wrong. */
export function damaged(good: Uint8Array, random: Random): Uint8Array {
  let bytes: Uint8Array = good.slice();
  for (let left = 1 + random(MOST_DAMAGES); left > 0 && bytes.length > 0; left--) bytes = DAMAGES[random(DAMAGES.length)]!(bytes, random);
  return bytes;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
