import { useState } from "react";
import { readPreference, writePreference } from "../../preferences.ts";
import { type Theme, useTheme } from "../../theme.ts";

const THEMES: readonly Theme[] = ["system", "light", "dark"];

/** What is chosen in this browser, and kept by it. */
export function Choices() {
  const { theme, setTheme } = useTheme();
  const [editor, setEditor] = useState(() => readPreference("editor"));
  return (
    <section className="panel c12">
      <h2>In this browser</h2>
      <dl className="facts">
        <dt>Colours</dt>
        <dd>
          <span className="segments" role="group" aria-label="Colours">
            {THEMES.map((name) => (
              <button key={name} type="button" className="control" aria-pressed={theme === name} onClick={() => setTheme(name)}>
                {name}
              </button>
            ))}
          </span>
        </dd>
        <dt>
          <label htmlFor="editor">Link that opens a line</label>
        </dt>
        <dd>
          <input
            id="editor"
            className="control mono grow"
            placeholder="vscode://file/home/me/project/src/main/java/{path}:{line}"
            value={editor}
            onChange={(event) => {
              setEditor(event.target.value);
              writePreference("editor", event.target.value);
            }}
          />
          <div className="tiny">
            {"{path}"}, {"{file}"} and {"{line}"} are filled in; empty: no link.
          </div>
        </dd>
      </dl>
    </section>
  );
}
