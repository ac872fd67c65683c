/** An answer of the API that is not a success, or no answer at all (`code` UNREACHABLE). */
export class ApiFailure extends Error {
  readonly code: string;
  readonly next: string;
  readonly status: number;

  constructor(status: number, code: string, message: string, next: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.next = next;
  }
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

const apiUrl = (path: string, query: Query = {}): string => {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return `/api${path}${given.length > 0 ? `?${new URLSearchParams(given)}` : ""}`;
};

/** @throws ApiFailure */
export async function ask<Answer>(path: string, query: Query = {}, init: RequestInit = {}): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(apiUrl(path, query), init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiFailure(0, "UNREACHABLE", "Heaptide does not answer: it was stopped, or cannot be reached from here.", "heaptide serve");
  }
  if (response.ok) return (await response.json()) as Answer;
  // The session is over: the log-in leads back to this page.
  if (response.status === 401) location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
  const failure = (await response.json().catch(() => ({}))) as { code?: string; message?: string; next?: string };
  throw new ApiFailure(
    response.status,
    failure.code ?? "BUG",
    failure.message ?? `The server answered ${response.status}.`,
    failure.next ?? "",
  );
}

export const send = <Answer>(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: unknown): Promise<Answer> =>
  ask<Answer>(
    path,
    {},
    { method, ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }) },
  );

/** Ends the session of this browser; a server that is away cannot end it, and says so when it is asked again. */
export async function logOut(): Promise<void> {
  await fetch("/logout", { method: "POST", redirect: "manual" }).catch(() => undefined);
  location.assign("/login");
}
