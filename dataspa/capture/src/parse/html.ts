import type { CheerioAPI } from "cheerio";
import type { Found, ParsedPage } from "../found.ts";
import type { Source } from "../source.ts";
import { loadHtml } from "./load-html.ts";

type HtmlSource = Extract<Source, { kind: "html" }>;

/** Events by CSS selectors, for sites that say nothing a machine could read. */
export function parseHtml(html: string, source: HtmlSource): ParsedPage {
  const { selectors, dateFormat } = source;
  const $ = loadHtml(html, "page");
  const date = dateFormat === undefined ? (text: string | undefined) => text : dateReader(dateFormat);
  const found = $(selectors.item)
    .toArray()
    .map((element): Found => {
      const item = $(element);
      const get = (selector: string | undefined) => (selector === undefined ? undefined : valueOf(item, selector));
      return {
        uid: get(selectors.id) ?? item.attr("id"),
        name: get(selectors.name),
        description: get(selectors.description),
        url: get(selectors.url),
        start: date(get(selectors.start)),
        end: date(get(selectors.end)),
        venue: get(selectors.venue),
        address: get(selectors.address),
      };
    });
  return { found, rejected: [], next: valueOf($("html"), selectors.next ?? '[rel~="next"]@href') };
}

/** `.title`, or `a@href` for an attribute; `@id` is one of the item itself. */
function valueOf(item: ReturnType<CheerioAPI>, selector: string): string | undefined {
  const at = selector.lastIndexOf("@");
  const css = at < 0 ? selector : selector.slice(0, at);
  const element = css === "" ? item : item.find(css).first();
  if (element.length === 0) return undefined;
  if (at >= 0) return element.attr(selector.slice(at + 1));
  // A line break in HTML is a blank in text.
  const copy = element.clone();
  copy.find("br, p, div, li").before(" ");
  return copy.text();
}

const TOKENS = {
  yyyy: "(?<year>\\d{4})",
  MM: "(?<month>\\d{1,2})",
  dd: "(?<day>\\d{1,2})",
  HH: "(?<hour>\\d{1,2})",
  mm: "(?<minute>\\d{2})",
} as const;

/** Reads `24.12.2026, 19:30 Uhr` by `dd.MM.yyyy, HH:mm` to local ISO 8601; other text comes back as it is, and is no date later. */
export function dateReader(format: string): (text: string | undefined) => string | undefined {
  const source = format
    .split(/(yyyy|MM|dd|HH|mm)/)
    .map((part) => TOKENS[part as keyof typeof TOKENS] ?? part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s*"))
    .join("");
  const pattern = new RegExp(source);
  const two = (digits: string | undefined) => (digits ?? "0").padStart(2, "0");
  return (text) => {
    const match = text === undefined ? null : pattern.exec(text);
    if (!match?.groups) return text;
    const { year, month, day, hour, minute } = match.groups;
    return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
  };
}
