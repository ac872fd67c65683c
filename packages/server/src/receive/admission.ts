import { HeaptideError } from "@heaptide/base";

/** Bytes of requests that may be in the server at a time. */
const MOST_BYTES = 64 << 20;

/**
 * Back-pressure: what is being read and stored is counted, and beyond the bound new requests are refused before their bodies are read. Whoever ships logs waits and
 * sends again then; memory never grows with what is sent.
 */
export class Admission {
  #bytes = 0;

  /** @returns what gives the bytes back. @throws TOO_BUSY */
  enter(bytes: number): () => void {
    if (this.#bytes > 0 && this.#bytes + bytes > MOST_BYTES) throw new HeaptideError("TOO_BUSY", { waiting: this.#bytes });
    this.#bytes += bytes;
    let isInside = true;
    return () => {
      if (isInside) this.#bytes -= bytes;
      isInside = false;
    };
  }
}
