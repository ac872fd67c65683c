import { useState } from "react";

export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const [said, setSaid] = useState("");
  const copy = async () => {
    const done = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    setSaid(done ? "copied" : "not allowed");
    setTimeout(() => setSaid(""), 1500);
  };
  return (
    <button type="button" className="copy" aria-label={`Copy ${what}`} onClick={() => void copy()}>
      {said === "" ? "copy" : said}
      <span className="hidden-text" role="status">
        {said}
      </span>
    </button>
  );
}
