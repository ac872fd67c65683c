import type { Overview } from "@heaptide/model";
import { useSearch } from "@tanstack/react-router";
import { useAnswer } from "../api/queries.ts";
import { DEFAULT_LAST, LASTS, readSearch } from "../span.ts";

/** Every process over the span that the address names. The server knows by itself what time it is: nothing has to be asked before. */
export function useOverview() {
  const { from, to, last } = readSearch(useSearch({ strict: false }));
  const isFixed = from !== undefined && to !== undefined && to > from;
  const known = LASTS.some(([name]) => name === last) ? last : DEFAULT_LAST;
  return useAnswer<Overview>("/overview", isFixed ? { from, to } : { last: known });
}
