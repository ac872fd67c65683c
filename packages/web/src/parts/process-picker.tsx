import type { Overview } from "@heaptide/model";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { PageSearch } from "../span.ts";
import { useOverview } from "./overview.ts";

/** The process that a page is about: the one of its address, or the one that fares worst. */
export function useProcess(): { key: string | null; overview: Overview | undefined } {
  const { process } = useSearch({ strict: false }) as PageSearch;
  const { data: overview } = useOverview();
  const known = overview?.processes ?? [];
  const chosen = known.find((one) => one.process.key === process) ?? known[0];
  return { key: chosen?.process.key ?? null, overview };
}

export function ProcessPicker({ chosen, overview }: { readonly chosen: string | null; readonly overview: Overview | undefined }) {
  const navigate = useNavigate();
  return (
    <select
      className="control"
      aria-label="Process"
      value={chosen ?? ""}
      onChange={(event) => {
        const process = event.target.value;
        void navigate({ to: ".", search: (old: PageSearch) => ({ ...old, process }) });
      }}
    >
      {overview?.processes.map(({ process, verdict }) => (
        <option key={process.key} value={process.key}>
          {process.name} · {verdict}
        </option>
      ))}
    </select>
  );
}
