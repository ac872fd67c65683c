import type { Answered } from "./use-dump.ts";

/** A question that is not answered yet, or could not be. */
export function Waiting<T>({ answer }: { readonly answer: Answered<T> }) {
  if (answer.kind === "failure") return <FileFailed {...answer} />;
  return (
    <p className="muted" role="status">
      Asking the dump …
    </p>
  );
}

export const FileFailed = ({ message, next, code }: { readonly message: string; readonly next: string; readonly code: string }) => (
  <div role="alert">
    <p>
      <b className="up">{message}</b>
    </p>
    <p className="muted">Next: {next}</p>
    <p className="tiny">{code}</p>
  </div>
);
