import type { Diagnosis } from "@heaptide/model";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { queryClient } from "./queries.ts";

/** `lost`: the server was there and does not answer any more; what was loaded stays on the page. */
export type LiveState = "connecting" | "live" | "lost";
interface Live {
  readonly state: LiveState;
  readonly since: number;
}

const LiveContext = createContext<Live>({ state: "connecting", since: 0 });
export const useLive = (): Live => useContext(LiveContext);

const RETRY = [500, 1000, 2000, 4000] as const;

/** Follows the server's events, comes back when it does, and asks again for what is on the page when something new was observed. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const [live, setLive] = useState<Live>({ state: "connecting", since: Date.now() });
  useEffect(() => {
    let source: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    const become = (state: LiveState) => setLive((old) => (old.state === state ? old : { state, since: Date.now() }));
    const connect = () => {
      source = new EventSource("/api/events");
      source.addEventListener("open", () => {
        if (failures > 0) void queryClient.invalidateQueries();
        failures = 0;
        become("live");
      });
      // What comes before the first ping was known when the page asked for everything else: only what comes after it is news.
      let isNews = false;
      source.addEventListener("ping", () => (isNews = true));
      source.addEventListener("diagnosis", (event: MessageEvent<string>) => {
        const diagnosis = JSON.parse(event.data) as Diagnosis;
        queryClient.setQueryData(["/diagnosis", {}], diagnosis);
        if (isNews) void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "/diagnosis" });
      });
      source.addEventListener("error", () => {
        source?.close();
        become("lost");
        timer = setTimeout(connect, RETRY[Math.min(failures++, RETRY.length - 1)]);
      });
    };
    connect();
    return () => {
      clearTimeout(timer);
      source?.close();
    };
  }, []);
  return <LiveContext value={live}>{children}</LiveContext>;
}
