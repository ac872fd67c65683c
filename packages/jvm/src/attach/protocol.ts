import { HeaptideError } from "@heaptide/base";

/**
 * HotSpot's attach protocol: one request and its reply over one connection to a UNIX socket.
 *
 * Reader and writer: the JVM's attach listener and this. Source: src/hotspot/share/services/attachListener.cpp and
 * src/hotspot/os/posix/attachListener_posix.cpp of openjdk/jdk; seen with JDK 17 and 25.
 *
 * ```
 * version 1  "1\0" operation\0 argument\0 argument\0 argument\0            always three arguments, each up to 1,024 bytes
 * version 2  "2\0" size\0 operation\0 (argument\0)*                        size in decimal, up to 256 KiB; JDK 24 and later
 * reply      code "\n" UTF-8 text until the JVM closes                     0 done, -1 failed, 101 version not understood
 * ```
 *
 * From JDK 25 on replies stream: the code comes before the command has run, so 0 says only that it began. Each command's own file
 * knows the text that tells success.
 */
export type ProtocolVersion = 1 | 2;

export const MAX_V1_ARGUMENT = 1024;
const V1_ARGUMENTS = 3;
const MAX_V2_REQUEST = 256 * 1024;

export interface Reply {
  readonly code: number;
  readonly text: string;
}

/** @throws RangeError for arguments that the version cannot carry: a bug of the caller. */
export function encodeRequest(version: ProtocolVersion, operation: string, args: readonly string[]): Uint8Array {
  for (const argument of [operation, ...args]) {
    if (argument.includes("\0")) throw new RangeError(`An attach argument holds a NUL: ${JSON.stringify(argument)}`);
    if (version === 1 && Buffer.byteLength(argument) > MAX_V1_ARGUMENT)
      throw new RangeError("An attach argument is longer than 1,024 bytes");
  }
  if (version === 1) {
    if (args.length > V1_ARGUMENTS)
      throw new RangeError(`${args.length} arguments, but version 1 of the attach protocol takes ${V1_ARGUMENTS}`);
    const padded = [...args, ...Array<string>(V1_ARGUMENTS - args.length).fill("")];
    return Buffer.from(["1", operation, ...padded, ""].join("\0"), "utf8");
  }
  const body = Buffer.from([operation, ...args, ""].join("\0"), "utf8");
  if (body.length > MAX_V2_REQUEST) throw new RangeError("An attach request is longer than 256 KiB");
  return Buffer.concat([Buffer.from(`2\0${body.length}\0`, "latin1"), body]);
}

/** Puts a reply together from chunks cut anywhere, also inside a character. */
export class ReplyCollector {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  add(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** Bytes seen so far. */
  get length(): number {
    return this.#length;
  }

  /** @throws TRUNCATED_INPUT where the JVM closed before its code was complete, MALFORMED_INPUT where there is something else. */
  finish(): Reply {
    const bytes = Buffer.concat(this.#chunks);
    const line = bytes.indexOf(0x0a);
    if (line < 0)
      throw new HeaptideError("TRUNCATED_INPUT", { what: "attach reply", offset: 0, needed: bytes.length + 1, have: bytes.length });
    const code = bytes.toString("latin1", 0, line).trim();
    if (!/^-?\d{1,9}$/.test(code)) {
      throw new HeaptideError("MALFORMED_INPUT", {
        what: "attach reply",
        offset: 0,
        problem: "it does not begin with a number and a new line",
      });
    }
    return { code: Number(code), text: bytes.toString("utf8", line + 1) };
  }
}

/** Which request version a JVM takes, from its reply to `getversion options`: "2 streaming" from JDK 24 on, an error before. */
export function versionFrom(reply: Reply): ProtocolVersion {
  return reply.code === 0 && Number.parseInt(reply.text, 10) >= 2 ? 2 : 1;
}
