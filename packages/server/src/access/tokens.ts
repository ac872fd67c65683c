import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HeaptideError } from "@heaptide/base";
import { z } from "zod";
import { type Scope, SCOPES } from "./scopes.ts";

/** A token as it lies on the disk: what it is called and may do, and the hash of its secret. 256 random bits need no slow hash: nobody tries them all. */
const StoredToken = z.strictObject({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  createdAt: z.number(),
  expiresAt: z.number().nullable(),
  /** The agent that it is good for alone; null: any, as for the agents of one deployment that share a token. */
  agent: z.string().nullable().default(null),
  hash: z.string(),
});
type StoredToken = z.infer<typeof StoredToken>;

/** What may be told of a token. */
export interface Token extends Omit<StoredToken, "hash"> {
  /** null: not yet. Exact to a minute. */
  readonly lastUsedAt: number | null;
}

const FORM = /^htp_([0-9a-f]{12})_([\w-]{43})$/;
/** Milliseconds from one look at the folder to the next; whoever comes with an unknown token may have just got it. */
const LOOK_AGAIN_AFTER = 1000;
const LOOK_FOR_UNKNOWN_AFTER = 50;
const NOTE_USE_EVERY = 60_000;

/**
 * The tokens of a server: a file each in a folder of its data, readable by its user alone. The command line writes and removes files while the server runs, which sees
 * a new one at once and a revoked one within a second; the database has one writer and could not be asked.
 */
export class TokenFolder {
  readonly #folder: string;
  readonly #now: () => number;
  #known = new Map<string, StoredToken>();
  #lookedAt = Number.NEGATIVE_INFINITY;
  readonly #used = new Map<string, number>();

  constructor(dataDirectory: string, now: () => number) {
    this.#folder = join(dataDirectory, "tokens");
    this.#now = now;
  }

  /** @returns the secret, which is nowhere else from then on */
  create(
    name: string,
    scopes: readonly Scope[],
    lifetime: number | null,
    agent: string | null = null,
  ): { readonly token: Token; readonly secret: string } {
    const id = randomBytes(6).toString("hex");
    const secret = `htp_${id}_${randomBytes(32).toString("base64url")}`;
    const createdAt = this.#now();
    const stored = {
      id,
      name,
      scopes: [...scopes],
      createdAt,
      expiresAt: lifetime === null ? null : createdAt + lifetime,
      agent,
      hash: hashOf(secret),
    };
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    chmodSync(this.#folder, 0o700);
    writeFileSync(this.#file(id), `${JSON.stringify(stored, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    const at = createdAt / 1000;
    utimesSync(this.#file(id), at, at);
    this.#lookedAt = Number.NEGATIVE_INFINITY;
    return { token: this.#shown(stored), secret };
  }

  /** The oldest first. */
  list(): Token[] {
    this.#look();
    return [...this.#known.values()].toSorted((a, b) => a.createdAt - b.createdAt).map((stored) => this.#shown(stored));
  }

  /** By id, or by a name that one token alone has. @throws NOT_FOUND */
  revoke(idOrName: string): Token {
    const all = this.list();
    const named = all.filter(({ name }) => name === idOrName);
    const token = all.find(({ id }) => id === idOrName) ?? (named.length === 1 ? named[0] : undefined);
    if (token === undefined) throw new HeaptideError("NO_SUCH_TOKEN", { token: idOrName, same: named.length });
    unlinkSync(this.#file(token.id));
    this.#lookedAt = Number.NEGATIVE_INFINITY;
    return token;
  }

  /** The token with that secret, if it is still good. */
  find(secret: string): Token | null {
    const id = FORM.exec(secret)?.[1];
    if (id === undefined) return null;
    this.#look();
    if (!this.#known.has(id)) this.#look(LOOK_FOR_UNKNOWN_AFTER);
    const stored = this.#known.get(id);
    if (stored === undefined || !timingSafeEqual(Buffer.from(stored.hash, "hex"), Buffer.from(hashOf(secret), "hex"))) return null;
    if (this.#isOver(stored)) return null;
    this.#noteUse(id);
    return this.#shown(stored);
  }

  /** Is that token still good? */
  holds(id: string): boolean {
    this.#look();
    const stored = this.#known.get(id);
    return stored !== undefined && !this.#isOver(stored);
  }

  #isOver({ expiresAt }: StoredToken): boolean {
    return expiresAt !== null && expiresAt <= this.#now();
  }

  #look(after = LOOK_AGAIN_AFTER): void {
    if (this.#now() - this.#lookedAt < after) return;
    this.#lookedAt = this.#now();
    this.#known = new Map(this.#names().flatMap((name) => this.#read(name) ?? []));
  }

  #names(): string[] {
    try {
      return readdirSync(this.#folder).filter((name) => /^[0-9a-f]{12}\.json$/.test(name));
    } catch {
      return [];
    }
  }

  /** A file that is half written, or somebody else's, is no token. */
  #read(name: string): [string, StoredToken][] | null {
    try {
      const stored = StoredToken.parse(JSON.parse(readFileSync(join(this.#folder, name), "utf8")));
      return [[stored.id, stored]];
    } catch {
      return null;
    }
  }

  /** The time of the file says when its token was used last: no other file needs to be written. */
  #noteUse(id: string): void {
    const now = this.#now();
    if (now - (this.#used.get(id) ?? 0) < NOTE_USE_EVERY) return;
    this.#used.set(id, now);
    try {
      utimesSync(this.#file(id), now / 1000, now / 1000);
    } catch {
      // Revoked at this moment, or the folder may only be read.
    }
  }

  #shown({ id, name, scopes, createdAt, expiresAt, agent }: StoredToken): Token {
    let changed = 0;
    try {
      changed = statSync(this.#file(id)).mtimeMs;
    } catch {
      // Revoked at this moment.
    }
    return { id, name, scopes, createdAt, expiresAt, agent, lastUsedAt: changed > createdAt + 1 ? Math.round(changed) : null };
  }

  #file(id: string): string {
    return join(this.#folder, `${id}.json`);
  }
}

const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");
