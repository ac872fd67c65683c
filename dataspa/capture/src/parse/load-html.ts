import { type CheerioAPI, load } from "cheerio";
import { adapter } from "parse5-htmlparser2-tree-adapter";
import { UnexpectedPageError } from "../found.ts";

/** Open elements within each other; browsers stop at as many. Beyond it parsing takes time by the square of the depth (half a minute for 100 kB), and walking the tree exhausts the stack. */
const DEEPEST = 512;

/** HTML as a browser reads it. @throws UnexpectedPageError where it is nested deeper than any page that was meant to be read */
export function loadHtml(html: string, kind: "page" | "fragment"): CheerioAPI {
  let depth = 0;
  const treeAdapter = {
    ...adapter,
    onItemPush() {
      if (++depth > DEEPEST) throw new UnexpectedPageError(`elements are nested more than ${DEEPEST} deep`);
    },
    onItemPop() {
      depth--;
    },
  };
  return load(html, { treeAdapter }, kind === "page");
}
