/**
 * Bytes of a page to text: by its byte order mark, its Content-Type, what it says of itself in its first bytes, else UTF-8; and as Windows-1252, which every byte is
 * something in, where it claims to be UTF-8 and is not.
 *
 * Source: the encoding sniffing of the HTML standard, without its guesses by frequency.
 */
export function decode(bytes: Uint8Array, contentType: string): { readonly text: string; readonly warning: string | undefined } {
  const marked = byteOrderMark(bytes);
  if (marked) return { text: new TextDecoder(marked).decode(bytes), warning: undefined };
  const declared =
    charsetOf(contentType) ?? charsetOf(Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1024)).toString("latin1"));
  const decoder = decoderFor(declared ?? "utf-8");
  if (decoder === undefined) return { text: utf8OrWindows(bytes), warning: "unknown charset" };
  if (decoder.encoding !== "utf-8") return { text: decoder.decode(bytes), warning: undefined };
  const strict = strictUtf8(bytes);
  return strict === undefined
    ? { text: new TextDecoder("windows-1252").decode(bytes), warning: "wrong charset" }
    : { text: strict, warning: undefined };
}

function utf8OrWindows(bytes: Uint8Array): string {
  return strictUtf8(bytes) ?? new TextDecoder("windows-1252").decode(bytes);
}

function strictUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function byteOrderMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : undefined;
}

/** Of a header, a `<meta charset>` or an XML declaration. */
function charsetOf(text: string): string | undefined {
  return /(?:charset|encoding)\s*=\s*["']?\s*([\w-]+)/i.exec(text)?.[1];
}

function decoderFor(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}
