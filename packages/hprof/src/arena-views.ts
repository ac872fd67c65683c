/** A memory that threads and the kernel share, and what lies in it: all that is needed to work there. Who allocates has an `Arena`. */
export class ArenaViews {
  readonly memory: WebAssembly.Memory | null;
  readonly buffer: ArrayBufferLike;

  /** @param memory what WebAssembly knows the buffer by; null where it does not work on it */
  constructor(memory: WebAssembly.Memory | null, buffer: ArrayBufferLike) {
    this.memory = memory;
    this.buffer = buffer;
  }

  words(at: number, length: number): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.buffer as ArrayBuffer, at, length);
  }

  bytes(at: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.buffer as ArrayBuffer, at, length);
  }

  halves(at: number, length: number): Uint16Array<ArrayBuffer> {
    return new Uint16Array(this.buffer as ArrayBuffer, at, length);
  }

  doubles(at: number, length: number): Float64Array<ArrayBuffer> {
    return new Float64Array(this.buffer as ArrayBuffer, at, length);
  }
}
