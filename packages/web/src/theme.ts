import { useCallback, useSyncExternalStore } from "react";

export type Theme = "system" | "light" | "dark";
const KEY = "heaptide.theme";
const listeners = new Set<() => void>();

/** Storage may be forbidden: then the choice lasts as long as the page. */
let theme: Theme = read();
apply();

function read(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === "light" || stored === "dark" ? stored : "system";
  } catch {
    return "system";
  }
}

function apply(): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", listener);
  return () => {
    listeners.delete(listener);
    system.removeEventListener("change", listener);
  };
}

export function useTheme(): { theme: Theme; isDark: boolean; setTheme: (next: Theme) => void } {
  const present = useSyncExternalStore(subscribe, () => theme);
  const isDark = useSyncExternalStore(
    subscribe,
    () => theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches),
  );
  const setTheme = useCallback((next: Theme) => {
    theme = next;
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // See above.
    }
    apply();
    for (const listener of listeners) listener();
  }, []);
  return { theme: present, isDark, setTheme };
}
