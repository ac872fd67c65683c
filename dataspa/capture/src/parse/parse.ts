import type { ParsedPage } from "../found.ts";
import type { Source } from "../source.ts";
import { parseFeed } from "./feed.ts";
import { parseHtml } from "./html.ts";
import { parseICal } from "./ical.ts";
import { parseJsonLd } from "./json-ld.ts";
import { parseJson } from "./json.ts";

/** @param now of the capture, milliseconds @throws UnexpectedPageError when the page is of another kind altogether */
export function parsePage(body: string, source: Source, now: number): ParsedPage {
  switch (source.kind) {
    case "json-ld":
      return parseJsonLd(body);
    case "html":
      return parseHtml(body, source);
    case "ical":
      return parseICal(body, source, now);
    case "feed":
      return parseFeed(body, source);
    case "json":
      return parseJson(body, source);
  }
}
