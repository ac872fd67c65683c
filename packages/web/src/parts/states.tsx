import type { ReactNode } from "react";
import type { ApiFailure } from "../api/client.ts";
import { CopyButton } from "./copy.tsx";

export const Loading = ({ what }: { readonly what: string }) => (
  <div className="loading" role="status">
    Loading {what} …
  </div>
);

export function Failure({ failure }: { readonly failure: ApiFailure }) {
  return (
    <div className="panel failure" role="alert">
      <p>
        <b>{failure.message}</b>
      </p>
      {failure.next !== "" && <p className="muted">Next: {failure.next}</p>}
      <p className="tiny">{failure.code}</p>
    </div>
  );
}

export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** A line to paste into a terminal. */
export const Command = ({ line }: { readonly line: string }) => (
  <span className="command">
    <code>{line}</code>
    <CopyButton text={line} what="command" />
  </span>
);
