import type { Arena } from "../arena.ts";
import { KERNEL_WASM } from "./artefact.ts";
import * as plain from "./kernel.ts";
import { useMemory } from "./memory.ts";

/** The functions of kernel.ts, working on one arena. Results are unsigned. */
export type Kernel = { readonly [Name in keyof typeof plain]: (typeof plain)[Name] };

export type KernelKind = "wasm" | "plain";

/** Whether WebAssembly with shared memory is there, as it is in Node and in pages that are cross-origin isolated. */
export function wasmWorks(): boolean {
  try {
    return typeof SharedArrayBuffer !== "undefined" && WebAssembly.validate(kernelBytes());
  } catch {
    return false;
  }
}

export function loadKernel(arena: Pick<Arena, "memory" | "buffer">): Kernel {
  return arena.memory ? wasmKernel(arena.memory) : plainKernel(arena.buffer);
}

function wasmKernel(memory: WebAssembly.Memory): Kernel {
  const abort = (): never => {
    throw new Error("The kernel gave up: it was asked for something impossible.");
  };
  const { exports } = new WebAssembly.Instance(compiled(), { env: { memory, abort } });
  return wrap(exports as unknown as Kernel, (call) => (...words) => {
    const result = call(...words);
    // WebAssembly knows no unsigned numbers: its results are signed.
    return typeof result === "number" ? result >>> 0 : result;
  });
}

/** One set of functions serves all arenas: each call says first which it is about. */
function plainKernel(buffer: ArrayBufferLike): Kernel {
  return wrap(plain as unknown as Kernel, (call) => (...words) => {
    useMemory(buffer);
    return call(...words);
  });
}

type Call = (...words: number[]) => number | undefined;

function wrap(functions: Kernel, around: (call: Call) => Call): Kernel {
  const names = Object.keys(plain) as (keyof Kernel)[];
  return Object.fromEntries(names.map((name) => [name, around(functions[name] as Call)])) as unknown as Kernel;
}

let module: WebAssembly.Module | undefined;

function compiled(): WebAssembly.Module {
  module ??= new WebAssembly.Module(kernelBytes());
  return module;
}

let bytes: Uint8Array<ArrayBuffer> | undefined;

function kernelBytes(): Uint8Array<ArrayBuffer> {
  if (bytes) return bytes;
  const letters = atob(KERNEL_WASM);
  bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}
