import type { Line } from "@heaptide/model";
import { readPreference } from "../preferences.ts";

/** Opens the line in an editor, by the address that the settings name; nothing where none is set. */
export function EditorLink({ line }: { readonly line: Line }) {
  const template = readPreference("editor");
  if (template === "") return null;
  const path = line.file === null ? line.class.replaceAll(".", "/") : `${line.class.split(".").slice(0, -1).join("/")}/${line.file}`;
  const target = template
    .replaceAll("{path}", encodeURI(path))
    .replaceAll("{file}", encodeURIComponent(line.file ?? ""))
    .replaceAll("{line}", String(line.line));
  // Anything that could run in the page is no editor.
  if (/^(javascript|data|vbscript):/i.test(target.trim())) return null;
  return (
    <a className="link tiny" href={target}>
      open in editor
    </a>
  );
}
