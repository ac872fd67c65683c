import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, zstdDecompress } from "node:zlib";
import { HeaptideError } from "@heaptide/base";
import { uncompress } from "snappyjs";

/** As they are sent, and unpacked: a small body that unpacks to more is a bomb. */
export const MOST_SENT = 16 << 20;
const MOST_UNPACKED = 32 << 20;

const UNPACK = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
} as const;

/** A request's body, unpacked. @throws REQUEST_TOO_LARGE, INVALID_REQUEST */
export async function readBody(request: Request): Promise<Buffer> {
  const sent = await readSent(request);
  const encoding = (request.headers.get("content-encoding") ?? "identity").trim().toLowerCase();
  if (encoding === "identity") return sent;
  if (encoding === "snappy") return unpackSnappy(sent);
  if (!(encoding in UNPACK))
    throw new HeaptideError("INVALID_REQUEST", { problem: `content-encoding ${encoding.slice(0, 40)} is not known` });
  try {
    return await UNPACK[encoding as keyof typeof UNPACK](sent, { maxOutputLength: MOST_UNPACKED });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(MOST_UNPACKED);
    throw new HeaptideError("INVALID_REQUEST", { problem: `the body is not ${encoding}` }, { cause: error });
  }
}

/** Snappy's block format tells its unpacked size in front, as a varint. @throws REQUEST_TOO_LARGE, INVALID_REQUEST */
export function unpackSnappy(packed: Uint8Array): Buffer {
  try {
    return Buffer.from(uncompress(packed, MOST_UNPACKED));
  } catch (error) {
    if (/is too big/.test(String(error))) throw tooLarge(MOST_UNPACKED);
    throw new HeaptideError("INVALID_REQUEST", { problem: "the body is not snappy" }, { cause: error });
  }
}

async function readSent(request: Request): Promise<Buffer> {
  if (Number(request.headers.get("content-length") ?? 0) > MOST_SENT) throw tooLarge(MOST_SENT);
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of request.body ?? []) {
    size += piece.byteLength;
    if (size > MOST_SENT) throw tooLarge(MOST_SENT);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

const tooLarge = (limit: number) => new HeaptideError("REQUEST_TOO_LARGE", { limit });
