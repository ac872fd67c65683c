import { keepPreviousData, QueryClient, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { ApiFailure, ask, type Query } from "./client.ts";

/** What was loaded once is shown until something newer is there; the stream of events says when to ask again. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      placeholderData: keepPreviousData,
      retry: (failures, error) => !(error instanceof ApiFailure && error.status >= 400 && error.status < 500) && failures < 2,
    },
  },
});

/** @param path null: not yet known what to ask */
export function useAnswer<Answer>(path: string | null, query: Query = {}): UseQueryResult<Answer, ApiFailure> {
  return useQuery<Answer, ApiFailure>({
    queryKey: [path, query],
    queryFn: ({ signal }) => ask<Answer>(path!, query, { signal }),
    enabled: path !== null,
  });
}
