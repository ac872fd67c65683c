/** Choices of this browser. Storage may be forbidden: then they last as long as the page. */
const PRESETS = { editor: "" } as const;
export type Preference = keyof typeof PRESETS;
const chosen = new Map<Preference, string>();

export function readPreference(name: Preference): string {
  try {
    return localStorage.getItem(`heaptide.${name}`) ?? PRESETS[name];
  } catch {
    return chosen.get(name) ?? PRESETS[name];
  }
}

export function writePreference(name: Preference, value: string): void {
  chosen.set(name, value);
  try {
    localStorage.setItem(`heaptide.${name}`, value);
  } catch {
    // See above.
  }
}
