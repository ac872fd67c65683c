import type { Diagnosis } from "@heaptide/model";
import { useIsFetching } from "@tanstack/react-query";
import { type ErrorComponentProps, Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { useLive } from "./api/live.tsx";
import { logOut } from "./api/client.ts";
import { useAnswer } from "./api/queries.ts";
import { formatClock, formatDay, formatPercent } from "./format.ts";
import { useSequences, useShortcuts } from "./keys.ts";
import { KeyList } from "./parts/key-list.tsx";
import { Palette } from "./parts/palette.tsx";
import { SpanControl } from "./parts/span-control.tsx";
import { PLACES } from "./places.ts";
import { type PageSearch, useAbout } from "./span.ts";
import { useTheme } from "./theme.ts";

export function Shell() {
  const [menu, setMenu] = useState(false);
  const [overlay, setOverlay] = useState<"palette" | "keys" | null>(null);
  const navigate = useNavigate();
  const { isDark, setTheme } = useTheme();
  const path = useRouterState({ select: (state) => state.location.pathname });
  useEffect(() => setMenu(false), [path]);
  const shortcuts = useMemo(
    () => [
      { keys: "ctrl+k", says: "find anything", run: () => setOverlay("palette") },
      { keys: "?", says: "this list", run: () => setOverlay("keys") },
      { keys: "t", says: "light or dark", run: () => setTheme(isDark ? "light" : "dark") },
      ...PLACES.map(({ to, name, key }) => ({ keys: `g ${key}`, says: `go to ${name}`, run: () => void navigate({ to }) })),
    ],
    [navigate, isDark, setTheme],
  );
  useShortcuts(shortcuts);
  useSequences();
  return (
    <div className="app" aria-busy={useIsFetching() > 0}>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <Side isOpen={menu} />
      <div>
        <Bar onMenu={() => setMenu(!menu)} onFind={() => setOverlay("palette")} />
        <LostNote />
        <CutOffNote />
        <main id="content" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      {overlay === "palette" && <Palette onClose={() => setOverlay(null)} />}
      {overlay === "keys" && <KeyList onClose={() => setOverlay(null)} />}
    </div>
  );
}

const PRESENT = new Set(["leaking", "growing"]);

function Side({ isOpen }: { readonly isOpen: boolean }) {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const { process } = useRouterState({ select: (state) => state.location.search as PageSearch });
  const about = useAbout();
  const { data: diagnosis } = useAnswer<Diagnosis>("/diagnosis");
  const open =
    diagnosis?.findings.filter(({ verdict, verification }) => PRESENT.has(verdict) && verification?.verdict !== "verified").length ?? 0;
  const isAt = (to: string) => (to === "/" ? path === "/" : path === to || path.startsWith(`${to}/`));
  return (
    <nav className={isOpen ? "side open" : "side"} aria-label="Pages">
      <Link to="/" className="brand">
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path
            d="M2 15c3 0 3-4 6.500-4S12 15 15.500 15 19 9 22 9"
            fill="none"
            stroke="var(--tide)"
            strokeWidth="2.400"
            strokeLinecap="round"
          />
          <path d="M2 20h20" stroke="var(--surf)" strokeWidth="2" strokeLinecap="round" />
        </svg>
        Heaptide
      </Link>
      {PLACES.map(({ to, name }) => (
        <Link
          key={to}
          to={to}
          search={process === undefined ? {} : { process }}
          className="place"
          aria-current={isAt(to) ? "page" : undefined}
        >
          {name}
          {to === "/incidents" && open > 0 && (
            <span className="count" aria-label={`${open} open`}>
              {open}
            </span>
          )}
        </Link>
      ))}
      <div className="foot">
        {about?.targets.map((target) => (
          <div key={target}>{target}</div>
        ))}
        {about?.mode === "session" && <div>a recorded session</div>}
        <LookingCost diagnosis={diagnosis} />
        <div>{about === undefined ? "" : `Heaptide ${about.version}`}</div>
        {about !== undefined && about.reader !== null && <LoggedIn name={about.reader} />}
      </div>
    </nav>
  );
}

/** Whose token opened the pages. Who leaves is asked for one again. */
const LoggedIn = ({ name }: { readonly name: string }) => (
  <div className="logged-in">
    <span>logged in as {name}</span>
    <button type="button" className="control" onClick={() => void logOut()}>
      Log out
    </button>
  </div>
);

function LookingCost({ diagnosis }: { readonly diagnosis: Diagnosis | undefined }) {
  const worst = Math.max(0, ...(diagnosis?.cost ?? []).map(({ total, span }) => (span > 0 ? total / span : 0)));
  return worst > 0 ? <div>looking costs {formatPercent(worst)} of the time</div> : null;
}

function Bar({ onMenu, onFind }: { readonly onMenu: () => void; readonly onFind: () => void }) {
  return (
    <header className="bar">
      <button type="button" className="control menu-button" aria-label="Pages" onClick={onMenu}>
        ☰
      </button>
      <div className="crumb" id="crumb" />
      <span className="spring" />
      <LiveMark />
      <SpanControl />
      <button type="button" className="control" onClick={onFind}>
        <span className="optional">Find anything</span> <kbd>Ctrl K</kbd>
      </button>
    </header>
  );
}

function LiveMark() {
  const { state } = useLive();
  const about = useAbout();
  if (state === "lost") {
    return (
      <span className="live lost" role="status">
        <i />
        not connected
      </span>
    );
  }
  if (about?.mode === "session") {
    return (
      <span className="live session" title={new Date(about.now).toISOString()}>
        <i />
        <span className="optional">
          recorded {formatDay(about.now)}, {formatClock(about.now, false)}
        </span>
      </span>
    );
  }
  return (
    <span className="live" role="status">
      <i style={state === "live" ? undefined : { background: "var(--unknown)" }} />
      {state === "live" ? "live" : "connecting"}
    </span>
  );
}

function CutOffNote() {
  const about = useAbout();
  if (!about?.cutOff) return null;
  return (
    <div className="lost-note cut-off" role="note">
      The recording was cut off{about.observed === null ? "" : ` at ${formatClock(about.observed.to)}`}: it is shown as far as it goes.
    </div>
  );
}

function LostNote() {
  const { state, since } = useLive();
  if (state !== "lost") return null;
  return (
    <div className="lost-note" role="alert">
      Heaptide does not answer since {formatClock(since)}. What you see is as it was then; the page goes on by itself when the server is
      back. Start it with <code>heaptide serve</code>.
    </div>
  );
}

export const Nowhere = () => (
  <div className="empty">
    <h2>There is no such page</h2>
    <p>The address may have been cut off, or what it named is not kept any more.</p>
    <p>
      <Link to="/" className="link">
        To the overview
      </Link>
    </p>
  </div>
);

export const Broken = ({ error, reset }: ErrorComponentProps): ReactNode => (
  <div className="panel failure" role="alert">
    <p>
      <b>This page failed because of a bug.</b> The others go on; please report it with this line:
    </p>
    <p>
      <code>{String(error instanceof Error ? error.message : error)}</code>
    </p>
    <button type="button" className="control" onClick={reset}>
      Try again
    </button>
  </div>
);
