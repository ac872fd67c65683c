import type { ArenaViews } from "../arena-views.ts";
import type * as kernel from "./kernel.ts";
import type * as memory from "./memory.ts";

/** The functions of kernel.ts, working on one arena. Results are unsigned. */
export type Kernel = { readonly [Name in keyof typeof kernel]: (typeof kernel)[Name] };

export type KernelKind = "wasm" | "plain";

/** Whether WebAssembly with shared memory is there, as it is in Node and in pages that are cross-origin isolated. */
export async function wasmWorks(): Promise<boolean> {
  try {
    return typeof SharedArrayBuffer !== "undefined" && (await compiledKernel()) !== undefined;
  } catch {
    return false;
  }
}

/** The kernel that the arena was made for. @param module where another thread has compiled it: the machine code is shared */
export async function loadKernel(arena: Pick<ArenaViews, "memory" | "buffer">, module?: WebAssembly.Module | null): Promise<Kernel> {
  return arena.memory ? wasmKernel(arena.memory, module ?? (await compiledKernel())) : plainKernel(arena.buffer);
}

function wasmKernel(memory: WebAssembly.Memory, module: WebAssembly.Module): Kernel {
  const abort = (): never => {
    throw new Error("The kernel gave up: it was asked for something impossible.");
  };
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort } });
  return wrap(exports, (call) => (...words) => {
    const result = call(...words);
    // WebAssembly knows no unsigned numbers: its results are signed.
    return typeof result === "number" ? result >>> 0 : result;
  });
}

let loading: Promise<[typeof kernel, typeof memory]> | undefined;

/** One set of functions serves all arenas: each call says first which it is about. */
async function plainKernel(buffer: ArrayBufferLike): Promise<Kernel> {
  const [plain, { useMemory }] = await (loading ??= Promise.all([import("./kernel.ts"), import("./memory.ts")]));
  return wrap(plain, (call) => (...words) => {
    useMemory(buffer);
    return call(...words);
  });
}

type Call = (...words: number[]) => number | undefined;

function wrap(functions: object, around: (call: Call) => Call): Kernel {
  const calls = Object.entries(functions).filter((entry): entry is [string, Call] => typeof entry[1] === "function");
  return Object.fromEntries(calls.map(([name, call]) => [name, around(call)])) as unknown as Kernel;
}

let compiling: Promise<WebAssembly.Module> | undefined;

/** Compiled once in a process: workers are given it. */
export function compiledKernel(): Promise<WebAssembly.Module> {
  return (compiling ??= import("./artefact.ts").then(({ KERNEL_WASM }) => new WebAssembly.Module(bytesOf(KERNEL_WASM))));
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const letters = atob(base64);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}
