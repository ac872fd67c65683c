import type { Diagnosis } from "@heaptide/model";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useAnswer } from "../api/queries.ts";
import { PLACES } from "../places.ts";
import { useTheme } from "../theme.ts";
import { Overlay } from "./overlay.tsx";
import { useOverview } from "./overview.ts";

interface Entry {
  readonly kind: string;
  readonly text: string;
  readonly run: () => void;
}

const MOST = 40;

/** Every page, process, incident, class of a growth group and action by its name. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState(0);
  const entries = useEntries();
  const found = useMemo(() => matching(entries, words).slice(0, MOST), [entries, words]);
  const run = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    onClose();
    entry.run();
  };
  const move = (by: number) => setChosen((chosen + by + found.length) % Math.max(1, found.length));
  return (
    <Overlay label="Find anything" onClose={onClose}>
      <input
        className="ask"
        role="combobox"
        aria-expanded="true"
        aria-controls="answers"
        aria-activedescendant={`answer-${chosen}`}
        aria-label="Find anything"
        placeholder="A page, process, incident, class, action …"
        value={words}
        onChange={(event) => {
          setWords(event.target.value);
          setChosen(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") move(1);
          else if (event.key === "ArrowUp") move(-1);
          else if (event.key === "Enter") run(found[chosen]);
          else return;
          event.preventDefault();
        }}
      />
      <ul className="answers" id="answers" role="listbox" aria-label="Found">
        {found.map((entry, i) => (
          <li
            key={`${entry.kind} ${entry.text} ${i}`}
            id={`answer-${i}`}
            role="option"
            aria-selected={i === chosen}
            onMouseMove={() => setChosen(i)}
            onClick={() => run(entry)}
            ref={(element) => void (i === chosen && element?.scrollIntoView({ block: "nearest" }))}
          >
            <span className="kind">{entry.kind}</span>
            <span className="what">{entry.text}</span>
          </li>
        ))}
        {found.length === 0 && <li className="muted">Nothing bears that name.</li>}
      </ul>
    </Overlay>
  );
}

function useEntries(): Entry[] {
  const navigate = useNavigate();
  const { setTheme } = useTheme();
  const { data: diagnosis } = useAnswer<Diagnosis>("/diagnosis");
  const { data: overview } = useOverview();
  return useMemo(() => {
    const findings = diagnosis?.findings ?? [];
    return [
      ...findings.map(({ id, headline }): Entry => ({
        kind: "incident",
        text: headline,
        run: () => void navigate({ to: "/incidents/$id", params: { id } }),
      })),
      ...PLACES.map(({ to, name }): Entry => ({ kind: "page", text: name, run: () => void navigate({ to }) })),
      ...(overview?.processes ?? []).map(({ process }): Entry => ({
        kind: "process",
        text: process.name,
        run: () => void navigate({ to: "/processes/$key", params: { key: process.key } }),
      })),
      ...findings.flatMap(({ id, group }) =>
        group.map((member): Entry => ({
          kind: "class",
          text: member.class,
          run: () => void navigate({ to: "/incidents/$id", params: { id } }),
        })),
      ),
      ...(["light", "dark", "system"] as const).map((theme): Entry => ({
        kind: "action",
        text: `Colours: ${theme}`,
        run: () => setTheme(theme),
      })),
      { kind: "action", text: "API description (OpenAPI)", run: () => window.open("/api/openapi.json") },
    ];
  }, [diagnosis, overview, navigate, setTheme]);
}

/** All words must occur; what begins with them comes first. */
function matching(entries: readonly Entry[], text: string): readonly Entry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return entries;
  const place = (entry: Entry) => `${entry.kind} ${entry.text}`.toLowerCase().indexOf(words[0]!);
  return entries
    .filter((entry) => words.every((word) => `${entry.kind} ${entry.text}`.toLowerCase().includes(word)))
    .toSorted((a, b) => place(a) - place(b));
}
