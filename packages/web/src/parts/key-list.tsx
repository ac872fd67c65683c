import { useState } from "react";
import { presentShortcuts } from "../keys.ts";
import { Overlay } from "./overlay.tsx";

/** What the keyboard does on the page that is open. */
export function KeyList({ onClose }: { readonly onClose: () => void }) {
  const [shortcuts] = useState(presentShortcuts);
  return (
    <Overlay label="Keyboard" onClose={onClose}>
      <div className="keys" tabIndex={0}>
        <b>Keyboard</b>
        <dl>
          {shortcuts.map(({ keys, says }) => [
            <dt key={`k ${keys}`}>
              {keys.split(" ").map((key) => (
                <kbd key={key} style={{ marginLeft: 3 }}>
                  {key.replace("ctrl+", "Ctrl ").replace("ArrowLeft", "←").replace("ArrowRight", "→").replace("Escape", "Esc")}
                </kbd>
              ))}
            </dt>,
            <dd key={`s ${keys}`}>{says}</dd>,
          ])}
          <dt>
            <kbd>Tab</kbd> <kbd>Enter</kbd>
          </dt>
          <dd>to every control, and into it</dd>
        </dl>
      </div>
    </Overlay>
  );
}
