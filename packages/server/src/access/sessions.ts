import { randomBytes } from "node:crypto";

const LIFETIME = 12 * 3_600_000;
const MOST = 1000;

interface Session {
  readonly token: string;
  readonly until: number;
}

/** Who logged in with a browser, by the value of a cookie. In memory: a restarted server asks again. A session is over when its token is. */
export class Sessions {
  readonly #now: () => number;
  readonly #sessions = new Map<string, Session>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Seconds that a cookie is kept. */
  get lifetime(): number {
    return LIFETIME / 1000;
  }

  begin(token: string): string {
    const cookie = randomBytes(32).toString("base64url");
    // The oldest goes: a map keeps the order of insertion.
    if (this.#sessions.size >= MOST) this.#sessions.delete(this.#sessions.keys().next().value!);
    this.#sessions.set(cookie, { token, until: this.#now() + LIFETIME });
    return cookie;
  }

  /** Id of the token it was begun with. */
  find(cookie: string): string | null {
    const session = this.#sessions.get(cookie);
    if (session === undefined) return null;
    if (session.until > this.#now()) return session.token;
    this.#sessions.delete(cookie);
    return null;
  }

  end(cookie: string): void {
    this.#sessions.delete(cookie);
  }
}
