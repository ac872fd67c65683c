// What memory.ts does, for AssemblyScript: each becomes one instruction or a few.
@inline export function get(at: u32): u32 { return load<u32>(at); }
@inline export function set(at: u32, value: u32): void { store<u32>(at, value); }
@inline export function get8(at: u32): u32 { return load<u8>(at); }
@inline export function set8(at: u32, value: u32): void { store<u8>(at, value); }
@inline export function get16(at: u32): u32 { return load<u16>(at); }
@inline export function set16(at: u32, value: u32): void { store<u16>(at, value); }
@inline export function getDouble(at: u32): f64 { return load<f64>(at); }
@inline export function setDouble(at: u32, value: f64): void { store<f64>(at, value); }
@inline export function big(at: u32): u32 { return bswap<u32>(load<u32>(at)); }
@inline export function big16(at: u32): u32 { return <u32>bswap<u16>(load<u16>(at)); }
@inline export function ones(word: u32): u32 { return popcnt<u32>(word); }
@inline export function times(a: u32, b: u32): u32 { return a * b; }
@inline export function fill(at: u32, byte: u32, length: u32): void { memory.fill(at, <u8>byte, length); }
@inline export function move(to: u32, from: u32, length: u32): void { memory.copy(to, from, length); }
@inline export function sharedOr(at: u32, value: u32): u32 { return atomic.or<u32>(at, value); }
@inline export function sharedAdd(at: u32, value: u32): u32 { return atomic.add<u32>(at, value); }
@inline export function sharedClaim(at: u32, expected: u32, value: u32): u32 { return atomic.cmpxchg<u32>(at, expected, value); }
