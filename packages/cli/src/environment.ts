import { homedir } from "node:os";
import { join } from "node:path";

/** Everything the command line takes from the world around it, read once. This is the only file that looks at `process.env`. */
export interface Environment {
  /** The variables `HEAPTIDE_...`, as they are; for what runs unattended they are settings. */
  readonly settings: Readonly<Record<string, string>>;
  /** HEAPTIDE_TOKEN: what a server that asks for a token is shown. */
  readonly token: string | null;
  /** For a terminal's own conventions: NO_COLOR, FORCE_COLOR, TERM. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  /** Where Heaptide keeps what it stores unless told otherwise: $XDG_DATA_HOME/heaptide or ~/.local/share/heaptide. */
  readonly dataFolder: string;
  readonly platform: NodeJS.Platform;
}

/** @param variables for tests: other variables than the process's own. */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>> = process.env): Environment {
  const settings: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) {
    if (name.startsWith("HEAPTIDE_") && value !== undefined && value !== "") settings[name] = value;
  }
  return {
    settings,
    token: variables["HEAPTIDE_TOKEN"] || null,
    variables,
    workingFolder: process.cwd(),
    dataFolder: join(variables["XDG_DATA_HOME"] || join(homedir(), ".local", "share"), "heaptide"),
    platform: process.platform,
  };
}
